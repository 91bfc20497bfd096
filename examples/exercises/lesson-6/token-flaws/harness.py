"""Calls `user_of` of the exercise, whose file is the first argument. Each line of standard input is a key, a time and a
token. Prints the user for each, in JSON.
"""

import json
import runpy
import sys

user_of = runpy.run_path(sys.argv[1])["user_of"]

for line in sys.stdin:
    key, now, token = line.split()
    print(json.dumps(user_of(token, key.encode(), int(now))))
