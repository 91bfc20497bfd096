"""Lesson 7, the obvious way for both sides to prove who they are: lesson 1's challenge, once in each direction.

Run with `python3 examples/lesson-7-mutual/naive-mutual-server/main.py`. It is weak on purpose.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
import socket
import sys
from threading import Thread

KEY = b"a key that only the two sides know"


def main() -> None:
    host, port = (sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9527").rsplit(":", 1)
    if not ipaddress.ip_address(host).is_loopback:
        sys.exit(f"{host} is not a loopback address; this program is too weak for a network")
    listener = socket.create_server((host, int(port)))
    print("naive-mutual-server listens on {}:{}".format(*listener.getsockname()))
    while True:
        client, (peer_host, peer_port) = listener.accept()
        Thread(target=serve, args=(client, f"{peer_host}:{peer_port}"), daemon=True).start()


def serve(client: socket.socket, peer: str) -> None:
    with client:
        # Weak: responds before it knows who asks, and a response is the same in both directions.
        challenge = client.recv(32, socket.MSG_WAITALL)
        client.sendall(hmac.new(KEY, challenge, "sha256").digest())

        nonce = os.urandom(32)
        client.sendall(nonce)
        response = client.recv(32, socket.MSG_WAITALL)
        is_right = hmac.compare_digest(response, hmac.new(KEY, nonce, "sha256").digest())
        print(f"{peer}: {'accepted, it holds the key' if is_right else 'rejected, it does not hold the key'}")
        if is_right:
            client.sendall(b"welcome")


if __name__ == "__main__":
    main()
