"""Lesson 8, TLS as it is copied from the web: lesson 2's challenge and echo, encrypted to whoever connects.

Run with `python3 examples/lesson-8-tls/naive-tls-server/main.py`. It is weak on purpose.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
import socket
import ssl
import sys
from hashlib import sha256
from pathlib import Path
from time import ctime

# Weak: both keys are in the source, so everyone has them.
KEY = "芝麻开门".encode()
PRIVATE_KEY = Path(__file__).with_name("private-key.pem")
CERTIFICATE = Path(__file__).with_name("certificate.pem")


def main() -> None:
    host, port = (sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9527").rsplit(":", 1)
    if not ipaddress.ip_address(host).is_loopback:
        sys.exit(f"{host} is not a loopback address; this program is too weak for a network")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(CERTIFICATE, PRIVATE_KEY)
    # With this argument, a response is for this certificate only.
    certificate = ssl.PEM_cert_to_DER_cert(CERTIFICATE.read_text())
    binding = sha256(certificate).digest() if "certificate" in sys.argv else b""
    listener = socket.create_server((host, int(port)))
    print("naive-tls-server listens on {}:{}".format(*listener.getsockname()))
    while True:
        client, (peer_host, peer_port) = listener.accept()
        # Weak: one client at a time, and an exception with one of them ends the server for everyone.
        with context.wrap_socket(client, server_side=True) as tls:
            serve(tls, f"{peer_host}:{peer_port}", binding)


def serve(client: ssl.SSLSocket, peer: str, binding: bytes) -> None:
    nonce = os.urandom(32)
    client.sendall(nonce)
    expected = hmac.new(KEY, nonce + binding, "md5").digest()
    response = client.recv(16)
    # Weak: the client may have responded to somebody else, on another encrypted connection.
    if not hmac.compare_digest(response, expected):
        print(f"{peer}: rejected, it does not hold the key")
        return
    print(f"{peer}: accepted, it holds the key")
    while True:
        # Weak: a connection that was cut looks like any other end (`suppress_ragged_eofs` is on by default).
        message = client.recv(1024)
        if not message:
            return
        client.sendall(f"[{ctime()}] {message.decode()}".encode())


if __name__ == "__main__":
    main()
