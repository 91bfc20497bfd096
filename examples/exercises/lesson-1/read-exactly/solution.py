"""A client of the gate: reads the nonce and sends the response."""

import hmac
import socket
import sys

KEY = "老衲洗头用飘柔".encode()

address = sys.argv[1]
host, port = address.rsplit(":", 1)
server = socket.create_connection((host, int(port)))
nonce = b""
while len(nonce) < 32:
    piece = server.recv(32 - len(nonce))
    if not piece:
        sys.exit("the server closed the connection before the nonce was complete")
    nonce += piece

response = hmac.new(KEY, nonce, "md5").hexdigest()
server.sendall(response.encode())
print(f"responded to {address} with {response}")
