"""A server with a thread for each client. Its arguments are an address and a grace period in milliseconds."""

import socket
import sys
import threading
import time

host, port = sys.argv[1].rsplit(":", 1)
grace = int(sys.argv[2]) / 1000


def serve(client: socket.socket) -> None:
    """Replies to one request, slowly."""
    with client:
        if client.recv(1024):
            client.sendall(b"begin\n")
            time.sleep(0.5)
            client.sendall(b"end\n")


listener = socket.create_server((host, int(port)))
print("graceful-shutdown listens on {}:{}".format(*listener.getsockname()))
print(f"the grace period is {grace} s")
while True:
    client, _ = listener.accept()
    threading.Thread(target=serve, args=[client]).start()
