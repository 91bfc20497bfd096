"""Lesson 6, tokens: mints a token, which ws-server accepts until it expires.

Run with `python3 examples/lesson-6-tokens/ws-token/main.py --user someone@example.com --expires-in 60s`.
"""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import cli, keysource, token
from crates.cli import Error, escape, say
from crates.cli.humantime import nonzero_duration, parse_duration
from crates.token import Claims
from email_address import is_address

# The tutorial's key, which is public.
TUTORIAL_KEY = "secret_key"


def parse_args() -> Namespace:
    parser = ArgumentParser(prog="ws-token", description="Mints a token for a user of ws-server", allow_abbrev=False)
    parser.add_argument("--user", metavar="EMAIL", required=True, help="E-mail address of the user")
    parser.add_argument(
        "--expires-in", metavar="TIME", required=True, type=nonzero_duration, help="Time until the token expires"
    )
    parser.add_argument(
        "--valid-in", metavar="TIME", type=parse_duration, help="Time until the token becomes valid [default: now]"
    )
    keysource.add_options(parser)
    return parser.parse_args()


def run(args: Namespace) -> None:
    if not is_address(args.user):
        user = escape(os.fsencode(args.user))
        raise Error(f"--user {user}: not an e-mail address, such as someone@example.com")
    if args.valid_in is not None and args.valid_in >= args.expires_in:
        raise Error("--valid-in must be shorter than --expires-in")
    key = keysource.load_for_hs256(args.key_file, TUTORIAL_KEY)
    claims = Claims(
        user_id=args.user,
        exp=from_now(args.expires_in),
        nbf=None if args.valid_in is None else from_now(args.valid_in),
    )
    say(token.mint(claims, key))


def from_now(seconds: float) -> float:
    """Returns seconds since 1970, to the millisecond."""
    return round(time.time() + seconds, 3)


if __name__ == "__main__":
    sys.exit(cli.exit_code("ws-token", run, parse_args()))
