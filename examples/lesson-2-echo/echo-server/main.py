"""Lesson 2, the echo: clients that hold the key may stay; each message comes back with the time before it.

Run with `python3 examples/lesson-2-echo/echo-server/main.py`.
"""

import socket
import sys
from argparse import ArgumentParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import auth, cli, keysource
from crates.cli.address import Address, local_address
from crates.auth import Scheme, Verdict
from crates.cli import say
from crates.cli.humantime import nonzero_duration
from crates.socketserver import AllowList, ConnectionLimits, Server, Timeouts
from crates.timestamp import stamp

# "Open sesame": the tutorial's own key, which is public.
TUTORIAL_KEY = "芝麻开门"

# The maximum number of bytes that is read and sent back at a time.
MAX_PIECE = 1024


def parse_args():
    parser = ArgumentParser(prog="echo-server", description="Sends messages back to clients that hold the key, with the time before each", allow_abbrev=False)
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        type=Address.parse,
        default="127.0.0.1:9527",
        help="Address to listen on; port 0 chooses a free port [default: %(default)s]",
    )
    parser.add_argument(
        "--idle",
        metavar="TIME",
        type=nonzero_duration,
        default="10m",
        help="Time limit between two messages [default: %(default)s]",
    )
    keysource.add_options(parser)
    Timeouts.add_options(parser)
    AllowList.add_options(parser)
    ConnectionLimits.add_options(parser)
    return parser.parse_args()


def main():
    return cli.exit_code("echo-server", run, parse_args())


def run(args):
    key = keysource.load(args.key_file, TUTORIAL_KEY)
    listener = socket.socket(args.listen.family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with args.listen.explain_listen_errors():
        listener.bind((args.listen.host, args.listen.port))
    listener.listen()
    limits = ConnectionLimits.from_args(args)
    server = Server.threaded(listener, Timeouts.from_args(args), AllowList.from_args(args), limits)
    say(f"echo-server listens on {local_address(listener)}")
    stats = server.run(lambda client: serve_authenticated(client, key, args.idle))
    say(f"echo-server {stats}")


def serve_authenticated(client, key, idle):
    if auth.challenge(client, key, Scheme.MD5) is Verdict.REJECTED:
        say(f"{client.peer_addr}: rejected, it does not hold the key")
    else:
        say(f"{client.peer_addr}: accepted, it holds the key")
        client.set_idle_timeout(idle)
        with cli.context("session"):
            serve_echo(client)
        say(f"{client.peer_addr}: disconnected")


def serve_echo(client):
    """Sends back each piece as it arrives with a timestamp before it, but never inside a UTF-8 character."""
    missing = 0
    while True:
        piece = client.recv(MAX_PIECE)
        if not piece:
            return
        # The rest of a character that the last piece began comes before the timestamp.
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
    """Returns how many bytes the last character of `text` lacks (RFC 3629, section 3): 0 if it is complete or not UTF-8."""
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
