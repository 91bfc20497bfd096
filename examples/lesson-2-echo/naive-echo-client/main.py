"""Lesson 2, the echo as the tutorial has it: authenticates, then sends lines and shows what comes back.

Run with `python3 examples/lesson-2-echo/naive-echo-client/main.py`,
while naive-echo-server or echo-server runs in another terminal.
"""

import hmac
import socket
import sys

# Weak: the key is in the source, so everyone has it.
KEY = "芝麻开门".encode()

host, port = (sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9527").rsplit(":", 1)
server = socket.create_connection((host, int(port)))
# Weak: a single read: TCP may deliver less than the whole nonce.
nonce = server.recv(32)
# Weak: responds to anyone who listens there.
server.sendall(hmac.new(KEY, nonce, "md5").digest())

while True:
    try:
        message = input(">>>").strip()
    except EOFError:
        break
    if message == "quit":
        break
    if message:
        server.sendall(message.encode())
        # Weak: a single read, so the rest of a longer echo appears as the echo of the next message.
        # Weak: what the server sends reaches the terminal unescaped.
        print(server.recv(1024).decode())
