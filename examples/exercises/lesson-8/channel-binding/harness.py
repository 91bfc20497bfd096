"""Calls `proof` of the exercise, whose file is the first argument. Reads lines with a role and four values in
hexadecimal, and prints each proof in hexadecimal.
"""

import runpy
import sys

proof = runpy.run_path(sys.argv[1])["proof"]
for line in sys.stdin:
    role, *values = line.split()
    key, exporter, server_nonce, client_nonce = map(bytes.fromhex, values)
    print(bytes(proof(key, role, exporter, server_nonce, client_nonce)).hex())
