"""Lesson 1, the gate: sends each client a nonce, and checks by its response whether it holds the key.

Run with `python3 examples/lesson-1-gate/gate-server/main.py`.
"""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import auth, cli, keysource
from crates.auth import Key, Scheme, Verdict
from crates.cli import say
from crates.cli.address import add_listen_option, local_address
from crates.socketserver import AllowList, Connection, Server, Timeouts

# The tutorial's own key, which is public.
TUTORIAL_KEY = "老衲洗头用飘柔"


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="gate-server",
        description="Sends each client a nonce, and checks by its response whether it holds the key",
        allow_abbrev=False,
    )
    add_listen_option(parser)
    parser.add_argument("--once", action="store_true", help="Exit after the first client")
    keysource.add_options(parser)
    Timeouts.add_options(parser)
    AllowList.add_options(parser)
    return parser.parse_args()


def run(args: Namespace) -> None:
    key = keysource.load(args.key_file, TUTORIAL_KEY)
    listener = socket.socket(args.listen.family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with args.listen.explain_listen_errors():
        listener.bind(args.listen)
    listener.listen()
    server = Server(listener, Timeouts.from_args(args), AllowList.from_args(args), once=args.once)
    say(f"gate-server listens on {local_address(listener)}")

    def handler(client: Connection) -> None:
        check_client(client, key)

    stats = server.run(handler)
    say(f"gate-server {stats}")


def check_client(client: Connection, key: Key) -> None:
    """Checks a client. It never learns the verdict: the server closes the connection either way."""
    if auth.challenge(client, key, Scheme.MD5_HEX) is Verdict.ACCEPTED:
        say(f"{client.peer_addr}: accepted, it holds the key")
    else:
        say(f"{client.peer_addr}: rejected, it does not hold the key")


if __name__ == "__main__":
    sys.exit(cli.exit_code("gate-server", run, parse_args()))
