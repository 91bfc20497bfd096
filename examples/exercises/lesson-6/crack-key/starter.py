"""Finds the key of a captured token: reads the token, then the words, and prints the key."""

import sys

token, *words = sys.stdin.read().splitlines()
message, _, signature = token.rpartition(".")

# Weak: believes the first guess.
print(words[0])
