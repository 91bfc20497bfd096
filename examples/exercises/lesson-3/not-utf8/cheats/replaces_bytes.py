# Replaces the bytes that are not UTF-8.

import socket
import sys


def reply(client: socket.socket) -> None:
    line = client.makefile("rb").readline().decode(errors="replace")
    client.sendall(line.encode())


host, port = sys.argv[1].rsplit(":", 1)
listener = socket.create_server((host, int(port)))
print("not-utf8 listens on {}:{}".format(*listener.getsockname()))
while True:
    client, _ = listener.accept()
    with client:
        try:
            reply(client)
        except OSError as error:
            print(error)
