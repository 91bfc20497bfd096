# Remembers that close_notify came, but goes on reading.

import sys

ALERT, APPLICATION_DATA = 21, 23
CLOSE_NOTIFY = 0


def read_exactly(count: int) -> bytes:
    data = sys.stdin.buffer.read(count)
    if len(data) < count:
        sys.exit("the connection ended without close_notify: somebody may have cut it")
    return data


text = b""
is_complete = False
while True:
    header = sys.stdin.buffer.read(5)
    if not header and is_complete:
        break
    header += read_exactly(5 - len(header))
    content = read_exactly(int.from_bytes(header[3:], "big"))
    if header[0] == APPLICATION_DATA:
        text += content
    elif header[0] == ALERT and content[1] == CLOSE_NOTIFY:
        is_complete = True
    else:
        sys.exit(f"the peer ended the connection with the alert {content[1]}")
print(text.decode())
