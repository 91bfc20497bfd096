"""Prints the messages of a server in hexadecimal. Each begins with its length: 4 bytes, signed, in big-endian order."""

import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
with socket.create_connection((host, int(port))) as server:
    while head := server.recv(4):
        # Weak: believes every length, and that a read returns everything.
        length = int.from_bytes(head, "big", signed=True)
        print(server.recv(length).hex())
