"""Mutual TLS with Python's module `ssl`: a server for one client, or a client. it/mutual_tls.rs runs this.

Run with `mutual_tls.py FOLDER NAME` as the server, and with `mutual_tls.py FOLDER NAME PORT` as the client. FOLDER has
the certificate of the authority, and the certificate and private key of NAME.
"""

from __future__ import annotations

import socket
import ssl
import sys
from pathlib import Path


def server_context(authority: Path, certificate: Path, private_key: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority)
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(certificate, private_key)
    return context


def client_context(authority: Path, certificate: Path, private_key: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(certificate, private_key)
    return context


def serve(folder: Path, name: str) -> None:
    context = server_context(folder / "authority.pem", folder / f"{name}.pem", folder / f"{name}-key.pem")
    listener = socket.create_server(("127.0.0.1", 0))
    print("mutual_tls.py listens on {}:{}".format(*listener.getsockname()), flush=True)
    client, _ = listener.accept()
    with context.wrap_socket(client, server_side=True, suppress_ragged_eofs=False) as tls:
        print("accepted")
        tls.sendall(b"welcome")
        tls.unwrap()


def connect(folder: Path, name: str, port: int) -> None:
    authority = folder / "authority.pem"
    if name == "nobody":
        context = ssl.create_default_context(cafile=authority)
    else:
        context = client_context(authority, folder / f"{name}.pem", folder / f"{name}-key.pem")
    server = socket.create_connection(("127.0.0.1", port))
    with context.wrap_socket(server, server_hostname="localhost", suppress_ragged_eofs=False) as tls:
        # In TLS 1.3 the client's handshake is complete before the server has looked at the client's certificate.
        with tls.makefile() as message:
            print(message.read())
        tls.unwrap()


try:
    if len(sys.argv) == 3:
        serve(Path(sys.argv[1]), sys.argv[2])
    else:
        connect(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
except ssl.SSLError as error:
    print("refused:", error)
