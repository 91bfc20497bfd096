"""A server that sends back a line. Its arguments are an address and the number of bytes that a line may have."""

import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
limit = int(sys.argv[2])


def reply(client: socket.socket) -> None:
    # Weak: no limit.
    line = client.makefile("rb").readline()
    client.sendall(line)


listener = socket.create_server((host, int(port)))
print("line-limit listens on {}:{}".format(*listener.getsockname()))
print(f"a line may have {limit} bytes")
while True:
    client, _ = listener.accept()
    with client:
        try:
            reply(client)
        except OSError as error:
            print(error)
