"""Calls `covered` of the exercise, whose file is the first argument. Reads lines with a role and two nonces in
hexadecimal, and prints the covered bytes of each in hexadecimal.
"""

import runpy
import sys

covered = runpy.run_path(sys.argv[1])["covered"]
for line in sys.stdin:
    role, server_nonce, client_nonce = line.split()
    print(bytes(covered(role, bytes.fromhex(server_nonce), bytes.fromhex(client_nonce))).hex())
