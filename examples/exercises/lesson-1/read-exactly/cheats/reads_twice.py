# Reads a second time if the first read returned too little, as if there were never three pieces.

import hmac
import socket
import sys

KEY = "老衲洗头用飘柔".encode()

address = sys.argv[1]
host, port = address.rsplit(":", 1)
server = socket.create_connection((host, int(port)))
nonce = server.recv(32)
if len(nonce) < 32:
    nonce += server.recv(32 - len(nonce))

response = hmac.new(KEY, nonce, "md5").hexdigest()
server.sendall(response.encode())
print(f"responded to {address} with {response}")
