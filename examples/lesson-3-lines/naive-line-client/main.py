"""Lesson 3, lines as the tutorial has them: sends each line over its own connection, and shows the reply.

Run with `python3 examples/lesson-3-lines/naive-line-client/main.py`,
while naive-line-server or line-server runs in another terminal.
"""

import socket
import sys

host, port = (sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9527").rsplit(":", 1)
while True:
    try:
        line = input(">>>")
    except EOFError:
        break
    if not line:
        break
    with socket.create_connection((host, int(port))) as server:
        server.sendall(f"{line}\r\n".encode())
        # Weak: no timeout, and a single read: of a longer reply, the rest is lost.
        # Weak: what the server sends reaches the terminal unescaped.
        print(server.recv(1024).decode().rstrip())
