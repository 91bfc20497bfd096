"""Prints the text in the records on standard input, if close_notify says that it is complete."""

import sys

ALERT, APPLICATION_DATA = 21, 23
CLOSE_NOTIFY = 0


def read_exactly(count: int) -> bytes:
    data = sys.stdin.buffer.read(count)
    if len(data) < count:
        sys.exit("the connection ended without close_notify: somebody may have cut it")
    return data


text = b""
while True:
    header = read_exactly(5)
    content = read_exactly(int.from_bytes(header[3:], "big"))
    if header[0] == APPLICATION_DATA:
        text += content
    elif header[0] == ALERT and content[1] == CLOSE_NOTIFY:
        break
    else:
        sys.exit(f"the peer ended the connection with the alert {content[1]}")
print(text.decode())
