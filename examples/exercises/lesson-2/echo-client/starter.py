"""A client of the echo. Its argument is the server's address; each line of its standard input is a message."""

import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
server = socket.create_connection((host, int(port)))
# Weak: no handshake.
for line in sys.stdin.buffer:
    # Weak: a message has no line ending.
    server.sendall(line)
    # Weak: a single read.
    print(server.recv(1024).decode(errors="replace"))
