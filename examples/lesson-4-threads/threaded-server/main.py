"""Lesson 4, threads: one request per connection, sent back with the time before it; many clients at a time.

Run with `python3 examples/lesson-4-threads/threaded-server/main.py`.
"""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import cli, timestamp
from crates.cli import escape, say
from crates.cli.address import add_listen_option, local_address
from crates.socketserver import AllowList, Connection, ConnectionLimits, Server, Timeouts

# The maximum length of a request, in bytes.
MAX_REQUEST = 1024


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="threaded-server",
        description="Sends back one request of each client with the time before it, many clients at a time",
        allow_abbrev=False,
    )
    add_listen_option(parser)
    Timeouts.add_options(parser)
    AllowList.add_options(parser)
    ConnectionLimits.add_options(parser)
    return parser.parse_args()


def run(args: Namespace) -> None:
    listener = socket.socket(args.listen.family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with args.listen.explain_listen_errors():
        listener.bind(args.listen)
    listener.listen()
    limits = ConnectionLimits.from_args(args)
    server = Server(listener, Timeouts.from_args(args), AllowList.from_args(args), limits)
    say(f"threaded-server listens on {local_address(listener)}")
    stats = server.run(reply_to)
    say(f"threaded-server {stats}")


def reply_to(client: Connection) -> None:
    """Replies to one request. A request has no ending: it is what one read returns."""
    request = client.recv(MAX_REQUEST + 1)
    if len(request) > MAX_REQUEST:
        raise ValueError(f"refused: the request is longer than {MAX_REQUEST} bytes")
    if request:
        reply = timestamp.now() + request
        say(f"{client.peer_addr}: {escape(reply)}")
        client.sendall(reply)


if __name__ == "__main__":
    sys.exit(cli.exit_code("threaded-server", run, parse_args()))
