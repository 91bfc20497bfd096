# Prints the error, and accepts nobody from then on.

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
try:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=reply, args=[client], daemon=True).start()
except OSError as error:
    print(f"cannot accept: {error}")
    time.sleep(60)
