"""Where a program's key comes from: `--key-file`, else the environment, else the tutorial."""

import os

from crates.auth import Key
from crates.cli import context, warn

# The environment variable that holds the key where no --key-file is given.
VARIABLE = "OPEN_SESAME_KEY"
# The fewest bytes of a key for HS256: as many as its hash has (RFC 7518, section 3.2).
LEAST_FOR_HS256 = 32


def add_options(parser):
    """The option that says where the key is."""
    parser.add_argument(
        "--key-file",
        metavar="FILE",
        help="File with the key [default: the variable OPEN_SESAME_KEY, or else the tutorial's key]",
    )


def load(key_file, tutorial):
    """The key; where it is the tutorial's, with a word to the user that everyone has it."""
    own = _own(key_file, lambda key: None)
    if own is not None:
        return own
    warn(f"note: using the tutorial's key, which is public; set your own with --key-file or {VARIABLE}")
    return Key(tutorial.encode())


def load_for_hs256(key_file, tutorial):
    """The key, which is to sign tokens with HS256: the user's own must be as long as that asks for. The tutorial's is
    not, and is taken with a word about it."""
    own = _own(key_file, _long_enough_for_hs256)
    if own is not None:
        return own
    warn(
        "note: using the tutorial's key, which is public and too short for HS256 (RFC 7518, section 3.2); "
        f"set your own of at least {LEAST_FOR_HS256} bytes with --key-file or {VARIABLE}"
    )
    return Key(tutorial.encode())


def _own(key_file, check):
    """The user's own key, if there is one, and this finds nothing wrong with it."""
    variable = os.environb.get(VARIABLE.encode())
    if key_file is None and variable is None:
        return None
    with context(f"environment variable {VARIABLE}" if key_file is None else f"--key-file {key_file}"):
        key = Key(variable) if key_file is None else Key.from_file(key_file)
        check(key)
    return key


def _long_enough_for_hs256(key):
    length = len(key.as_bytes())
    if length < LEAST_FOR_HS256:
        raise ValueError(
            f"the key has {length} bytes; HS256 asks for {LEAST_FOR_HS256} or more (RFC 7518, section 3.2)"
        )
