"""Where a program's key comes from: `--key-file`, else the environment, else the tutorial."""

import os

from crates.auth import Key
from crates.console import context, warn

# The environment variable that holds the key where no --key-file is given.
VARIABLE = "OPEN_SESAME_KEY"


def add_options(parser):
    """The option that says where the key is."""
    parser.add_argument(
        "--key-file",
        metavar="FILE",
        help="File that holds the key; without it, the variable OPEN_SESAME_KEY, or else the tutorial's own key",
    )


def load(key_file, tutorial):
    """The key; where it is the tutorial's, with a word to the user that everyone has it."""
    if key_file is not None:
        with context(f"--key-file {key_file}"):
            return Key.from_file(key_file)
    key = os.environb.get(VARIABLE.encode())
    if key is not None:
        with context(f"environment variable {VARIABLE}"):
            return Key(key)
    warn(f"note: the key is the tutorial's, which is public; give your own with --key-file or {VARIABLE}")
    return Key(tutorial.encode())
