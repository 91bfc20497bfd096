# Has one deadline for all clients, which begins when the server starts.

import hmac
import os
import socket
import sys
import time

KEY = "老衲洗头用飘柔".encode()


def handshake(client: socket.socket, deadline: float) -> bool:
    """Whether the client's response is right."""
    nonce = os.urandom(32)
    client.sendall(nonce)

    response = b""
    while len(response) < 32:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline passed")
        client.settimeout(left)
        piece = client.recv(32 - len(response))
        if not piece:
            raise ConnectionError("the client closed the connection")
        response += piece
    return hmac.compare_digest(response, hmac.new(KEY, nonce, "md5").hexdigest().encode())


host, port = sys.argv[1].rsplit(":", 1)
deadline = time.monotonic() + int(sys.argv[2]) / 1000
listener = socket.create_server((host, int(port)))
print("one-deadline listens on {}:{}".format(*listener.getsockname()))
while True:
    client, _ = listener.accept()
    with client:
        try:
            print("accepted" if handshake(client, deadline) else "rejected")
        except OSError as error:
            print(error)
