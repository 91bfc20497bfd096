"""Lesson 1, the gate: sends each client a nonce, and judges by its answer whether it holds the key.

Run with `python3 examples/lesson-1-gate/gate-server/main.py`.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import auth, cli, keysource
from crates.cli.address import Address, local_address
from crates.auth import Scheme, Verdict
from crates.cli import say
from crates.socketserver import Limits, TCPServer

# The tutorial's own, and so everyone's.
TUTORIAL_KEY = "老衲洗头用飘柔"


def parse_args():
    parser = ArgumentParser(prog="gate-server", description="Sends each client a nonce, and judges by its answer whether it holds the key", allow_abbrev=False)
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        type=Address.parse,
        default="127.0.0.1:9527",
        help="Where to listen; port 0 takes any that is free [default: %(default)s]",
    )
    parser.add_argument("--once", action="store_true", help="End after the first client")
    keysource.add_options(parser)
    Limits.add_options(parser)
    return parser.parse_args()


def main():
    return cli.exit_code("gate-server", run, parse_args())


def run(args):
    key = keysource.load(args.key_file, TUTORIAL_KEY)
    listener = args.listen.listen()
    server = TCPServer(listener, Limits.of(args))
    say(f"gate-server listens on {local_address(listener)}")

    def handler(client):
        judge(client, key)

    served = server.handle_request(handler) if args.once else server.serve_forever(handler)
    say(f"gate-server {served}")


def judge(client, key):
    """The client is not told the verdict: the connection is closed either way."""
    if auth.challenge(client, key, Scheme.MD5_HEX) is Verdict.ACCEPTED:
        say(f"{client.peer}: accepted, it holds the key")
    else:
        say(f"{client.peer}: rejected, it does not hold the key")


if __name__ == "__main__":
    sys.exit(main())
