"""Lesson 7: a listener for Python's `multiprocessing.connection.Client`. It sends each message back.

Run with `python3 examples/lesson-7-mutual/mp-listener/main.py --key-file FILE`.
"""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import cli, keysource
from crates.cli import say
from crates.cli.address import add_listen_option, local_address
from crates.cli.humantime import nonzero_duration
from crates.mp import Authenticator, recv_bytes, send_bytes
from crates.socketserver import AllowList, Connection, ConnectionLimits, Server, Timeouts

# The maximum length of a message, in bytes.
MAX_MESSAGE = 64 * 1024


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="mp-listener",
        description="Sends messages back to clients that hold the key and speak the protocol of Python's "
        "multiprocessing.connection",
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
    authenticator = Authenticator(key)
    listener = socket.socket(args.listen.family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with args.listen.explain_listen_errors():
        listener.bind(args.listen)
    listener.listen()
    limits = ConnectionLimits.from_args(args)
    server = Server(listener, Timeouts.from_args(args), AllowList.from_args(args), limits)
    say(f"mp-listener listens on {local_address(listener)}")
    stats = server.run(lambda client: serve_authenticated(client, authenticator, args.idle))
    say(f"mp-listener {stats}")


def serve_authenticated(client: Connection, authenticator: Authenticator, idle: float) -> None:
    """Authenticates both sides and, if the client holds the key, serves it until it leaves."""
    peer = client.peer_addr
    try:
        authenticator.accept(client)
    except OSError:
        # What the client still sends would destroy the message that it is refused.
        client.lingering_close()
        raise
    say(f"{peer}: accepted, it holds the key")
    client.set_idle_timeout(idle)
    with cli.context("session"):
        serve_echo(client)
    say(f"{peer}: disconnected")


def serve_echo(client: Connection) -> None:
    """Sends back each message."""
    while (message := recv_bytes(client, MAX_MESSAGE)) is not None:
        send_bytes(client, message)


if __name__ == "__main__":
    sys.exit(cli.exit_code("mp-listener", run, parse_args()))
