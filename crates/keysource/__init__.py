"""Where a program's key comes from: `--key-file`, the environment, or the tutorial."""

from __future__ import annotations

import os
import stat
from argparse import ArgumentParser

from crates.auth import Key
from crates.cli import context, say, warn

# The environment variable with the key, for programs that are started without --key-file.
VARIABLE = "OPEN_SESAME_KEY"
# The minimum length of a key for HS256, in bytes: the length of its hash (RFC 7518, section 3.2).
MIN_FOR_HS256 = 32
# The minimum length of a key for both sides, in bytes: nobody can try all keys of this length.
MIN_LEN = 32
# How a user gets a key.
MAKE_ONE = "make one: cargo run -p mutual-server -- --make-key FILE"


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


def add_shared_key_options(parser: ArgumentParser) -> None:
    """Adds the options of a program that needs a key of the user's own. No public key replaces it."""
    options = parser.add_mutually_exclusive_group()
    options.add_argument(
        "--key-file", metavar="FILE", help=f"File with the key, 32 bytes or more [default: the variable {VARIABLE}]"
    )
    options.add_argument(
        "--make-key", metavar="FILE", help="Write a new random key to this file, which only you may read, and exit"
    )


def load_shared_key(key_file: str | None, make_key: str | None) -> Key | None:
    """Returns the user's key. With --make-key, writes a new one instead, and returns None: the program is done."""
    if make_key is not None:
        _write_new_key(make_key)
        say(f"wrote a new key to {make_key}; the other side needs a copy, and nobody else")
        return None
    found = _users_key(key_file)
    if found is None:
        raise ValueError(f"there is no key: set one with --key-file or {VARIABLE}, or {MAKE_ONE}")
    if key_file is not None:
        _warn_if_others_can_read(key_file)
    key, source = found
    length = len(key.as_bytes())
    if length < MIN_LEN:
        raise ValueError(f"{source}: the key has {length} bytes, and needs {MIN_LEN} or more; {MAKE_ONE}")
    return key


def _write_new_key(path: str) -> None:
    """Writes a key to a file that did not exist before."""
    with context(f"--make-key {path}"):
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise ValueError("this file exists; choose another name") from None
        with open(descriptor, "wb") as file:
            file.write(Key.random().as_bytes() + b"\n")


def _warn_if_others_can_read(path: str) -> None:
    """Warns as ssh does about its private keys."""
    mode = os.stat(path).st_mode
    if stat.S_ISREG(mode) and mode & 0o077:
        warn(f"note: other users can read --key-file {path}; to keep them out, run: chmod 600 {path}")
