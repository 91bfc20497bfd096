"""Calls `is_allowed` of the exercise, whose file is the first argument. Reads lines with an origin and the allowed one,
with a blank between them, and prints the result for each.
"""

import runpy
import sys

is_allowed = runpy.run_path(sys.argv[1])["is_allowed"]
for line in sys.stdin:
    print("allowed" if is_allowed(*line.split()) else "refused")
