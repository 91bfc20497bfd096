# Takes PINs for numbers, so it never finds 0042.

import hashlib
import sys

for line in sys.stdin:
    salt, _, stored = line.strip().rpartition(":")
    pins = (str(number) for number in range(10_000))
    print(next((pin for pin in pins if hashlib.sha256((salt + pin).encode()).hexdigest() == stored), "not found"))
