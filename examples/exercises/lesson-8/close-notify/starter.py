"""Prints the text in the records on standard input."""

import sys

ALERT, APPLICATION_DATA = 21, 23

text = b""
while header := sys.stdin.buffer.read(5):
    content = sys.stdin.buffer.read(int.from_bytes(header[3:], "big"))
    if header[0] == APPLICATION_DATA:
        text += content
# Weak: does not ask why there are no more records.
print(text.decode())
