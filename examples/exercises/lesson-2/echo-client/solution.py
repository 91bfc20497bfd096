"""A client of the echo. Its argument is the server's address; each line of its standard input is a message."""

import hmac
import re
import socket
import sys

KEY = "芝麻开门".encode()
TIMESTAMP = re.compile(rb"\[.{24}\] ")


def receive(server: socket.socket, count: int) -> bytes:
    """Returns at most `count` bytes."""
    piece = server.recv(count)
    if not piece:
        sys.exit("the server closed the connection too early")
    return piece


def exchange(server: socket.socket, message: bytes) -> bytes:
    """Sends a message, and reads until all of it has come back. Returns it with its timestamp."""
    server.sendall(message)
    received = b""
    while TIMESTAMP.sub(b"", received) != message:
        received += receive(server, 4096)
    return received[:27] + message


host, port = sys.argv[1].rsplit(":", 1)
server = socket.create_connection((host, int(port)))
nonce = b""
while len(nonce) < 32:
    nonce += receive(server, 32 - len(nonce))
server.sendall(hmac.new(KEY, nonce, "md5").digest())
for line in sys.stdin.buffer:
    print(exchange(server, line.rstrip(b"\r\n")).decode())
