"""Lesson 2, the echo: whoever holds the key may stay, and has what he says stamped and sent back.

Run with `python3 examples/lesson-2-echo/echo-server/main.py`.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import auth, cli, keysource
from crates.cli.address import Address, local_address
from crates.auth import Scheme, Verdict
from crates.cli import say
from crates.cli.humantime import some_time
from crates.socketserver import Crowd, Limits, ThreadingTCPServer
from crates.timestamp import stamp

# "Open sesame": the tutorial's own, and so everyone's.
TUTORIAL_KEY = "芝麻开门"

# The most that is read, stamped and sent back at a time, in bytes.
PIECE = 1024


def parse_args():
    parser = ArgumentParser(prog="echo-server", description="Stamps what holders of the key say with the time, and sends it back", allow_abbrev=False)
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        type=Address.parse,
        default="127.0.0.1:9527",
        help="Where to listen; port 0 takes any that is free [default: %(default)s]",
    )
    parser.add_argument(
        "--idle",
        metavar="TIME",
        type=some_time,
        default="10m",
        help="Time between two messages of a client [default: %(default)s]",
    )
    keysource.add_options(parser)
    Limits.add_options(parser)
    Crowd.add_options(parser)
    return parser.parse_args()


def main():
    return cli.exit_code("echo-server", run, parse_args())


def run(args):
    key = keysource.load(args.key_file, TUTORIAL_KEY)
    listener = args.listen.listen()
    server = ThreadingTCPServer(listener, Limits.of(args), Crowd.of(args))
    say(f"echo-server listens on {local_address(listener)}")
    served = server.serve_forever(lambda client: converse(client, key, args.idle))
    say(f"echo-server {served}")


def converse(client, key, idle):
    if auth.challenge(client, key, Scheme.MD5) is Verdict.REJECTED:
        say(f"{client.peer}: rejected, it does not hold the key")
    else:
        say(f"{client.peer}: accepted, it holds the key")
        client.begin_session(idle)
        with cli.context("session"):
            stamp_and_echo(client)
        say(f"{client.peer}: disconnected")


def stamp_and_echo(client):
    """One read, one write: a stamp before each piece as it arrives, but never inside a character of UTF-8."""
    missing = 0
    while True:
        piece = client.recv(PIECE)
        if not piece:
            return
        # What completes the character that the last piece broke off comes before the stamp.
        tail = 0
        while tail < min(missing, len(piece)) and is_continuation(piece[tail]):
            tail += 1
        if tail == len(piece):
            missing -= tail
            client.sendall(piece)
            continue
        missing = missing_bytes(piece)
        client.sendall(piece[:tail] + stamp() + piece[tail:])


def missing_bytes(text):
    """How many bytes the last character of `text` still wants (RFC 3629, section 3); 0 if it is whole, or no UTF-8."""
    begun = 0
    while begun < min(3, len(text)) and is_continuation(text[-1 - begun]):
        begun += 1
    first = text[-1 - begun] if begun < len(text) else 0
    if 0xC2 <= first <= 0xDF:
        length = 2
    elif 0xE0 <= first <= 0xEF:
        length = 3
    elif 0xF0 <= first <= 0xF4:
        length = 4
    else:
        length = 0
    return max(length - (begun + 1), 0)


def is_continuation(byte):
    return 0x80 <= byte <= 0xBF


if __name__ == "__main__":
    sys.exit(main())
