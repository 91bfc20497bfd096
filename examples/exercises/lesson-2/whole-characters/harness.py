"""Calls `echo` of the exercise, whose file is the first argument. Reads lines with the timestamp and the pieces, in
hexadecimal with spaces between them, and prints the result for each in hexadecimal.
"""

import runpy
import sys

echo = runpy.run_path(sys.argv[1])["echo"]
for line in sys.stdin:
    timestamp, *pieces = (bytes.fromhex(part) for part in line.split())
    print(echo(pieces, timestamp).hex())
