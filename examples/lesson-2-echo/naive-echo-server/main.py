"""Lesson 2, the echo as the tutorial has it: clients that hold the key get their messages back, with a timestamp.

Run with `python3 examples/lesson-2-echo/naive-echo-server/main.py`. It is weak on purpose.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
import socket
import sys
from time import ctime

# Weak: the key is in the source, so everyone has it.
KEY = "芝麻开门".encode()


def main() -> None:
    host, port = (sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9527").rsplit(":", 1)
    if not ipaddress.ip_address(host).is_loopback:
        sys.exit(f"{host} is not a loopback address; this program is too weak for a network")
    listener = socket.create_server((host, int(port)))
    print("naive-echo-server listens on {}:{}".format(*listener.getsockname()))
    while True:
        client, (peer_host, peer_port) = listener.accept()
        # Weak: one client at a time, and an exception with one of them ends the server for everyone.
        with client:
            serve(client, f"{peer_host}:{peer_port}")


def serve(client: socket.socket, peer: str) -> None:
    nonce = os.urandom(32)
    client.sendall(nonce)
    expected = hmac.new(KEY, nonce, "md5").digest()
    # Weak: no timeout, here and below; and a single read: TCP may deliver less than the whole response.
    response = client.recv(16)
    if not hmac.compare_digest(response, expected):
        print(f"{peer}: rejected, it does not hold the key")
        return
    print(f"{peer}: accepted, it holds the key")
    # Weak: nothing proves that what follows comes from this client.
    while True:
        message = client.recv(1024)
        if not message:
            return
        # Weak: where a read ends in the middle of a character, `decode` raises an exception.
        client.sendall(f"[{ctime()}] {message.decode()}".encode())


if __name__ == "__main__":
    main()
