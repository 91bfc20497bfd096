# Looks at the length when the line has ended, which may be never.

import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
limit = int(sys.argv[2])


def reply(client: socket.socket) -> None:
    line = client.makefile("rb").readline()
    if len(line) > limit:
        raise ValueError(f"refused: the line is longer than {limit} bytes")
    client.sendall(line)


listener = socket.create_server((host, int(port)))
print("line-limit listens on {}:{}".format(*listener.getsockname()))
print(f"a line may have {limit} bytes")
while True:
    client, _ = listener.accept()
    with client:
        try:
            reply(client)
        except (OSError, ValueError) as error:
            print(error)
