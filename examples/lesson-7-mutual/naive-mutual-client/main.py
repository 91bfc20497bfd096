"""Lesson 7, the obvious way for both sides to prove who they are: challenges the server, then responds to it.

Run with `python3 examples/lesson-7-mutual/naive-mutual-client/main.py`,
while naive-mutual-server runs in another terminal.
"""

from __future__ import annotations

import hmac
import os
import socket
import sys

KEY = b"a key that only the two sides know"

address = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9527"
host, port = address.rsplit(":", 1)
server = socket.create_connection((host, int(port)))

nonce = os.urandom(32)
server.sendall(nonce)
response = server.recv(32, socket.MSG_WAITALL)
if not hmac.compare_digest(response, hmac.new(KEY, nonce, "sha256").digest()):
    sys.exit(f"{address} does not hold the key")

challenge = server.recv(32, socket.MSG_WAITALL)
server.sendall(hmac.new(KEY, challenge, "sha256").digest())
message = server.recv(1024)
print(f'{address} holds the key, and says: "{message.decode()}"')
