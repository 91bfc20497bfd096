"""Calls `first_difference` of the exercise, whose file is the first argument. Reads lines with two dumps in hexadecimal
and a slash between them, and prints the result for each.
"""

import runpy
import sys

first_difference = runpy.run_path(sys.argv[1])["first_difference"]
for line in sys.stdin:
    a, b = line.rstrip("\n").split("/")
    print(first_difference(bytes.fromhex(a), bytes.fromhex(b)))
