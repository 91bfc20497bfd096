"""A client of the gate: reads the nonce and sends the response."""

import hmac
import socket
import sys

KEY = "老衲洗头用飘柔".encode()

address = sys.argv[1]
host, port = address.rsplit(":", 1)
server = socket.create_connection((host, int(port)))
# Weak: a single read.
nonce = server.recv(32)

response = hmac.new(KEY, nonce, "md5").hexdigest()
server.sendall(response.encode())
print(f"responded to {address} with {response}")
