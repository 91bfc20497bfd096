"""Prints the PIN for each line of standard input: a SHA-256 hash, or a salt, a colon and a hash."""

import hashlib
import sys

PINS = [f"{number:04}" for number in range(10_000)]

for line in sys.stdin:
    salt, _, stored = line.strip().rpartition(":")
    print(next(pin for pin in PINS if hashlib.sha256((salt + pin).encode()).hexdigest() == stored))
