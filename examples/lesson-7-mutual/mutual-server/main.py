"""Lesson 7: both sides prove who they are, in one handshake. Then the server echoes messages, as in lesson 2.

Run with `python3 examples/lesson-7-mutual/mutual-server/main.py --key-file FILE`.
"""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import cli, keysource
from crates.auth import Key, Verdict
from crates.auth.mutual import authenticate_client
from crates.cli import say
from crates.cli.address import add_listen_option, local_address
from crates.cli.humantime import nonzero_duration
from crates.socketserver import AllowList, Connection, ConnectionLimits, Server, Timeouts
from crates.timestamp.session import serve_echo


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="mutual-server",
        description="Proves that it holds the key to clients that do the same, then sends their messages back with the "
        "time before each",
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
    keysource.add_shared_key_options(parser)
    Timeouts.add_options(parser)
    AllowList.add_options(parser)
    ConnectionLimits.add_options(parser)
    return parser.parse_args()


def run(args: Namespace) -> None:
    key = keysource.load_shared_key(args.key_file, args.make_key)
    if key is None:
        return
    listener = socket.socket(args.listen.family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with args.listen.explain_listen_errors():
        listener.bind(args.listen)
    listener.listen()
    limits = ConnectionLimits.from_args(args)
    server = Server(listener, Timeouts.from_args(args), AllowList.from_args(args), limits)
    say(f"mutual-server listens on {local_address(listener)}")
    stats = server.run(lambda client: serve_authenticated(client, key, args.idle))
    say(f"mutual-server {stats}")


def serve_authenticated(client: Connection, key: Key, idle: float) -> None:
    """Authenticates both sides and, if the client holds the key, serves it until it leaves."""
    peer = client.peer_addr
    if authenticate_client(client, key) is Verdict.REJECTED:
        say(f"{peer}: rejected, it does not hold the key")
        return
    say(f"{peer}: accepted, it holds the key")
    client.set_idle_timeout(idle)
    with cli.context("session"):
        serve_echo(client)
    say(f"{peer}: disconnected")


if __name__ == "__main__":
    sys.exit(cli.exit_code("mutual-server", run, parse_args()))
