"""Calls `close_code` of the exercise, whose file is the first argument. Reads lines with a frame in hexadecimal, and
prints the result for each.
"""

import runpy
import sys

close_code = runpy.run_path(sys.argv[1])["close_code"]
for line in sys.stdin:
    print(close_code(bytes.fromhex(line)))
