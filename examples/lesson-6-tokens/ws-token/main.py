# /// script
# requires-python = ">=3.8"
# dependencies = ["PyJWT>=2.9"]
# ///
"""Lesson 6, tokens: mints one, which lets its holder in at ws-server until it expires.

Run with `python3 examples/lesson-6-tokens/ws-token/main.py --user someone@example.com --expires-in 60s`.
"""

import os
import sys
import time
from argparse import ArgumentParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import cli, keysource, token
from crates.cli import escape, say
from crates.cli.humantime import parse_duration
from crates.token import Claims
from email_address import check_address

# The tutorial's own key, which is public.
TUTORIAL_KEY = "secret_key"


def parse_args():
    parser = ArgumentParser(prog="ws-token", description="Mints a token for a user of ws-server", allow_abbrev=False)
    parser.add_argument("--user", metavar="EMAIL", required=True, help="Whom the token names: an e-mail address")
    parser.add_argument(
        "--expires-in", metavar="TIME", required=True, type=parse_duration, help="How long from now it ends"
    )
    parser.add_argument(
        "--valid-in", metavar="TIME", type=parse_duration, help="How long from now it begins; without it, at once"
    )
    keysource.add_options(parser)
    return parser.parse_args()


def main():
    return cli.exit_code("ws-token", run, parse_args())


def run(args):
    with cli.context(f"--user {escape(os.fsencode(args.user))}"):
        check_address(args.user)
    if args.expires_in == 0:
        raise ValueError("--expires-in: a token that ends at once lets nobody in")
    if args.valid_in is not None and args.valid_in >= args.expires_in:
        raise ValueError("--valid-in: a token that does not begin before its end lets nobody in")
    key = keysource.load_for_hs256(args.key_file, TUTORIAL_KEY)
    claims = Claims(
        user_id=args.user,
        exp=from_now(args.expires_in),
        nbf=None if args.valid_in is None else from_now(args.valid_in),
    )
    say(token.mint(claims, key))


def from_now(seconds):
    """Seconds since 1970, to the millisecond."""
    return round(time.time() + seconds, 3)


if __name__ == "__main__":
    sys.exit(main())
