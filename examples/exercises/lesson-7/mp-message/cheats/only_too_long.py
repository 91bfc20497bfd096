# Refuses lengths over 256, but takes a negative one for an empty message.

import socket
import sys

MAX_LENGTH = 256


def read_up_to(server: socket.socket, count: int) -> bytes:
    """Reads so many bytes, or what there is until the stream ends."""
    data = b""
    while len(data) < count:
        piece = server.recv(count - len(data))
        if not piece:
            break
        data += piece
    return data


host, port = sys.argv[1].rsplit(":", 1)
with socket.create_connection((host, int(port))) as server:
    while head := read_up_to(server, 4):
        if len(head) < 4:
            sys.exit("the stream ended inside a length")
        length = int.from_bytes(head, "big", signed=True)
        if length > MAX_LENGTH:
            sys.exit(f"a message cannot have {length} bytes")
        message = read_up_to(server, length)
        if len(message) < length:
            sys.exit("the stream ended inside a message")
        print(message.hex())
