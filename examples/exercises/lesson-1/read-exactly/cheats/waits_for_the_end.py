# Reads until the server closes the connection, and a real one first waits for the response.

import hmac
import socket
import sys

KEY = "老衲洗头用飘柔".encode()

address = sys.argv[1]
host, port = address.rsplit(":", 1)
server = socket.create_connection((host, int(port)))
nonce = server.makefile("rb").read()
if len(nonce) != 32:
    sys.exit("the server closed the connection")

response = hmac.new(KEY, nonce, "md5").hexdigest()
server.sendall(response.encode())
print(f"responded to {address} with {response}")
