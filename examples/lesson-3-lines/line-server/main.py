"""Lesson 3, lines: one line per connection, sent back with the time before it; one client at a time.

Run with `python3 examples/lesson-3-lines/line-server/main.py`.
"""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import cli, timestamp
from crates.cli import say
from crates.cli.address import add_listen_option, local_address
from crates.socketserver import AllowList, Connection, Server, Timeouts

# The maximum length of a line, in bytes, including its ending.
MAX_LINE = 64 * 1024


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="line-server",
        description="Sends back one line of each client with the time before it, one client at a time",
        allow_abbrev=False,
    )
    add_listen_option(parser)
    Timeouts.add_options(parser)
    AllowList.add_options(parser)
    return parser.parse_args()


def run(args: Namespace) -> None:
    listener = socket.socket(args.listen.family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with args.listen.explain_listen_errors():
        listener.bind(args.listen)
    listener.listen()
    server = Server(listener, Timeouts.from_args(args), AllowList.from_args(args))
    say(f"line-server listens on {local_address(listener)}")
    stats = server.run(reply_to)
    say(f"line-server {stats}")


def reply_to(client: Connection) -> None:
    """Replies with the line that the client sends. A client that sends nothing gets no reply."""
    say(f"{client.peer_addr}: connected")
    line = read_line(client)
    if line:
        client.sendall(timestamp.now() + line)


def read_line(client: Connection) -> bytes:
    """Reads a line with its ending. If the client stops sending before that, what it sent is the line."""
    received = b""
    while b"\n" not in received and len(received) <= MAX_LINE:
        piece = client.recv(8192)
        if not piece:
            break
        received += piece
    before, ending, _ = received.partition(b"\n")
    line = before + ending
    if len(line) > MAX_LINE:
        raise ValueError(f"refused: the line is longer than {MAX_LINE} bytes")
    return line


if __name__ == "__main__":
    sys.exit(cli.exit_code("line-server", run, parse_args()))
