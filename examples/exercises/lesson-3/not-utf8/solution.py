"""A server that sends back a line. Its argument is an address."""

import socket
import sys


def reply(client: socket.socket) -> None:
    line = client.makefile("rb").readline()
    client.sendall(line)


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
