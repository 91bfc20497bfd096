"""Lesson 2, the echo: clients that hold the key may stay; each message comes back with the time before it.

Run with `python3 examples/lesson-2-echo/echo-server/main.py`.
"""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import auth, cli, keysource, timestamp
from crates.auth import Key, Scheme, Verdict
from crates.cli import say
from crates.cli.address import add_listen_option, local_address
from crates.cli.humantime import nonzero_duration
from crates.socketserver import AllowList, Connection, ConnectionLimits, Server, Timeouts
from crates.timestamp import utf8

# "Open sesame": the tutorial's own key, which is public.
TUTORIAL_KEY = "芝麻开门"

# The maximum number of bytes that is read and sent back at a time.
MAX_PIECE = 1024


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="echo-server",
        description="Sends messages back to clients that hold the key, with the time before each",
        allow_abbrev=False,
    )
    add_listen_option(parser)
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


def run(args: Namespace) -> None:
    key = keysource.load(args.key_file, TUTORIAL_KEY)
    listener = socket.socket(args.listen.family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with args.listen.explain_listen_errors():
        listener.bind(args.listen)
    listener.listen()
    limits = ConnectionLimits.from_args(args)
    server = Server(listener, Timeouts.from_args(args), AllowList.from_args(args), limits)
    say(f"echo-server listens on {local_address(listener)}")
    stats = server.run(lambda client: serve_authenticated(client, key, args.idle))
    say(f"echo-server {stats}")


def serve_authenticated(client: Connection, key: Key, idle: float) -> None:
    """Checks a client and, if it holds the key, serves it until it leaves."""
    peer = client.peer_addr
    if auth.challenge(client, key, Scheme.MD5) is Verdict.REJECTED:
        say(f"{peer}: rejected, it does not hold the key")
        return
    say(f"{peer}: accepted, it holds the key")
    client.set_idle_timeout(idle)
    with cli.context("session"):
        serve_echo(client)
    say(f"{peer}: disconnected")


def serve_echo(client: Connection) -> None:
    """Sends back each piece as it arrives with a timestamp before it, but never inside a UTF-8 character."""
    missing = 0
    while piece := client.recv(MAX_PIECE):
        # The rest of a character that the last piece began comes before the timestamp.
        rest, text = utf8.split_rest(piece, missing)
        if text:
            missing = utf8.missing_bytes(text)
            client.sendall(rest + timestamp.now() + text)
        else:
            missing -= len(rest)
            client.sendall(rest)


if __name__ == "__main__":
    sys.exit(cli.exit_code("echo-server", run, parse_args()))
