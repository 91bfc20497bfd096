"""Lesson 1, the gate as the tutorial has it: responds to the server's challenge.

Run with `python3 examples/lesson-1-gate/naive-gate-client/main.py`,
while naive-gate-server or gate-server runs in another terminal.
"""

import hmac
import socket
import sys

# Weak: the key is in the source, so everyone has it.
KEY = "老衲洗头用飘柔".encode()

address = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9527"
host, port = address.rsplit(":", 1)
server = socket.create_connection((host, int(port)))
# Weak: a single read: TCP may deliver less than the whole nonce.
nonce = server.recv(1024)
response = hmac.new(KEY, nonce, "md5").hexdigest()
# Weak: responds to anyone who listens there, and never learns the verdict.
server.sendall(response.encode())
print(f"responded to {address} with {response}")
