"""Lesson 4, threads as the tutorial has them: sends each message over its own connection, and shows the reply.

Run with `python3 examples/lesson-4-threads/naive-threaded-client/main.py`,
while naive-threaded-server or threaded-server runs in another terminal.
"""

import socket
import sys

host, port = (sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9527").rsplit(":", 1)
while True:
    try:
        message = input(">>>")
    except EOFError:
        break
    if not message:
        break
    with socket.create_connection((host, int(port))) as server:
        server.sendall(message.encode())
        # Weak: no timeout, and a single read: of a longer reply, the rest is lost.
        # Weak: what the server sends reaches the terminal unescaped.
        print(server.recv(1024).decode())
