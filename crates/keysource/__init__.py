"""Where a program's key comes from: `--key-file`, the environment, or the tutorial."""

from __future__ import annotations

import os
from argparse import ArgumentParser

from crates.auth import Key
from crates.cli import context, warn

# The environment variable with the key, for programs that are started without --key-file.
VARIABLE = "OPEN_SESAME_KEY"
# The minimum length of a key for HS256, in bytes: the length of its hash (RFC 7518, section 3.2).
MIN_FOR_HS256 = 32


def add_options(parser: ArgumentParser) -> None:
    """Adds the option --key-file."""
    parser.add_argument(
        "--key-file",
        metavar="FILE",
        help="File with the key [default: the variable OPEN_SESAME_KEY, or else the tutorial's key]",
    )


def load(key_file: str | None, tutorial: str) -> Key:
    """Returns the user's key, or else the tutorial's, with a warning that it is public."""
    found = _users_key(key_file)
    if found is None:
        warn(f"note: using the tutorial's key, which is public; set your own with --key-file or {VARIABLE}")
        return Key(tutorial.encode())
    return found[0]


def load_for_hs256(key_file: str | None, tutorial: str) -> Key:
    """Like load(), for a key that signs tokens with HS256.

    The user's key must have the length that HS256 requires. The tutorial's is shorter; the warning says so.
    """
    found = _users_key(key_file)
    if found is None:
        warn(
            "note: using the tutorial's key, which is public and too short for HS256 (RFC 7518, section 3.2); "
            f"set your own of at least {MIN_FOR_HS256} bytes with --key-file or {VARIABLE}"
        )
        return Key(tutorial.encode())
    key, source = found
    length = len(key.as_bytes())
    if length < MIN_FOR_HS256:
        raise ValueError(
            f"{source}: the key has {length} bytes; HS256 asks for {MIN_FOR_HS256} or more (RFC 7518, section 3.2)"
        )
    return key


def _users_key(key_file: str | None) -> tuple[Key, str] | None:
    """Returns the user's key, if there is one, and where it comes from."""
    variable = os.environb.get(VARIABLE.encode())
    if key_file is not None:
        source = f"--key-file {key_file}"
        with context(source):
            return Key.from_file(key_file), source
    if variable is not None:
        source = f"environment variable {VARIABLE}"
        with context(source):
            return Key(variable), source
    return None
