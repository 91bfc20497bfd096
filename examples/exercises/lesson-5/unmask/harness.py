"""Calls `unmask` of the exercise, whose file is the first argument. Reads lines with a frame in hexadecimal, and prints
the payload of each in hexadecimal.
"""

import runpy
import sys

unmask = runpy.run_path(sys.argv[1])["unmask"]
for line in sys.stdin:
    print(bytes(unmask(bytes.fromhex(line))).hex())
