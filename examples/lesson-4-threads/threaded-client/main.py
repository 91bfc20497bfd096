"""Lesson 4, threads: sends each message over its own connection, and shows the reply.

Run with `python3 examples/lesson-4-threads/threaded-client/main.py`, while threaded-server runs in another terminal.
"""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import cli, client
from crates.prompt import Prompt


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="threaded-client",
        description="Sends each message to threaded-server over its own connection; an empty one ends",
        allow_abbrev=False,
    )
    client.add_options(parser)
    return parser.parse_args()


def run(args: Namespace) -> None:
    address = args.connect
    for message in Prompt().lines():
        if not message:
            break
        with address.explain_connect_errors():
            stream = socket.create_connection(address, args.deadline)
        with client.TimedStream(stream, args.deadline) as server, cli.context(f"{address}"):
            reply = server.request(message)
        cli.show(reply)


if __name__ == "__main__":
    sys.exit(cli.exit_code("threaded-client", run, parse_args()))
