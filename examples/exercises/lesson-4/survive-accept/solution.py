"""A server with a thread for each client, which sends back a line. Its argument is an address."""

import socket
import sys
import threading
import time


def reply(client: socket.socket) -> None:
    with client:
        client.sendall(client.makefile("rb").readline())


host, port = sys.argv[1].rsplit(":", 1)
listener = socket.create_server((host, int(port)))
print("survive-accept listens on {}:{}".format(*listener.getsockname()))
while True:
    try:
        client, _ = listener.accept()
    except OSError as error:
        print(f"cannot accept: {error}")
        # Nothing reports that the process can open files again.
        time.sleep(0.1)
        continue
    threading.Thread(target=reply, args=[client], daemon=True).start()
