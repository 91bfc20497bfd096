"""A server with a thread for each client. Its arguments are an address and the maximum number of clients at a time."""

import socket
import sys
import threading

host, port = sys.argv[1].rsplit(":", 1)
limit = int(sys.argv[2])


def serve(client: socket.socket) -> None:
    """Sends back what the client sends."""
    with client:
        client.sendall(b"ready\n")
        while True:
            piece = client.recv(1024)
            if not piece:
                return
            client.sendall(piece)


listener = socket.create_server((host, int(port)))
print("limit-threads listens on {}:{}".format(*listener.getsockname()))
print(f"at most {limit} clients at a time")
while True:
    client, _ = listener.accept()
    # Weak: no limit.
    threading.Thread(target=serve, args=[client]).start()
