"""Lesson 3, lines: sends each line over its own connection, and shows the reply.

Run with `python3 examples/lesson-3-lines/line-client/main.py`, while line-server runs in another terminal.
"""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import cli, client
from crates.prompt import WHITESPACE, Prompt


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="line-client",
        description="Sends each line to line-server over its own connection; an empty line ends",
        allow_abbrev=False,
    )
    client.add_options(parser)
    return parser.parse_args()


def run(args: Namespace) -> None:
    address = args.connect
    for line in Prompt().lines():
        if not line:
            break
        with address.explain_connect_errors():
            stream = socket.create_connection(address, args.deadline)
        with client.TimedStream(stream, args.deadline) as server, cli.context(f"{address}"):
            reply = server.request(line + b"\r\n")
        cli.show(reply.rstrip(WHITESPACE))


if __name__ == "__main__":
    sys.exit(cli.exit_code("line-client", run, parse_args()))
