# Gives the place back only if there was no error.

import socket
import sys
import threading

host, port = sys.argv[1].rsplit(":", 1)
limit = int(sys.argv[2])
places = threading.BoundedSemaphore(limit)


def serve(client: socket.socket) -> None:
    """Sends back what the client sends, and then gives the client's place back."""
    with client:
        client.sendall(b"ready\n")
        while True:
            piece = client.recv(1024)
            if not piece:
                break
            client.sendall(piece)
    places.release()


listener = socket.create_server((host, int(port)))
print("limit-threads listens on {}:{}".format(*listener.getsockname()))
print(f"at most {limit} clients at a time")
while True:
    # The others wait in the kernel's backlog.
    places.acquire()
    client, _ = listener.accept()
    threading.Thread(target=serve, args=[client]).start()
