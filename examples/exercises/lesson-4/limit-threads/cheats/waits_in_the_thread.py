# Accepts every client at once: those that wait cost a thread and a file each.

import socket
import sys
import threading

host, port = sys.argv[1].rsplit(":", 1)
limit = int(sys.argv[2])
places = threading.BoundedSemaphore(limit)


def serve(client: socket.socket) -> None:
    """Waits for a place, and sends back what the client sends."""
    with client, places:
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
    threading.Thread(target=serve, args=[client]).start()
