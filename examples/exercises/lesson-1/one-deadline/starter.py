"""A server of the gate with a timeout. Its arguments are an address and the time in milliseconds."""

import hmac
import os
import socket
import sys

KEY = "老衲洗头用飘柔".encode()


def handshake(client: socket.socket, seconds: float) -> bool:
    """Whether the client's response is right."""
    nonce = os.urandom(32)
    client.sendall(nonce)

    response = b""
    while len(response) < 32:
        # Weak: the timeout starts again with each read.
        client.settimeout(seconds)
        piece = client.recv(32 - len(response))
        if not piece:
            raise ConnectionError("the client closed the connection")
        response += piece
    return hmac.compare_digest(response, hmac.new(KEY, nonce, "md5").hexdigest().encode())


host, port = sys.argv[1].rsplit(":", 1)
seconds = int(sys.argv[2]) / 1000
listener = socket.create_server((host, int(port)))
print("one-deadline listens on {}:{}".format(*listener.getsockname()))
while True:
    client, _ = listener.accept()
    with client:
        try:
            print("accepted" if handshake(client, seconds) else "rejected")
        except OSError as error:
            print(error)
