"""A server with a thread for each client, which sends back a line. Its argument is an address."""

import socket
import sys
import threading


def reply(client: socket.socket) -> None:
    with client:
        client.sendall(client.makefile("rb").readline())


host, port = sys.argv[1].rsplit(":", 1)
listener = socket.create_server((host, int(port)))
print("survive-accept listens on {}:{}".format(*listener.getsockname()))
while True:
    # Weak: an exception ends the server for everyone.
    client, _ = listener.accept()
    threading.Thread(target=reply, args=[client], daemon=True).start()
