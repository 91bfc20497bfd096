# Takes every alert for an end, because it does not look at its number.

import sys

APPLICATION_DATA = 23


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
    else:
        break
print(text.decode())
