"""Lesson 7: both sides prove who they are. Then the client sends lines and shows what comes back, as in lesson 2.

Run with `python3 examples/lesson-7-mutual/mutual-client/main.py --key-file FILE`,
while mutual-server runs in another terminal.
"""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import cli, client, keysource
from crates.auth.mutual import authenticate_server
from crates.client import TimedStream
from crates.prompt import WHITESPACE, Prompt
from crates.timestamp.session import exchange


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="mutual-client",
        description="Checks that mutual-server holds the key, and proves that it does too; then sends lines and shows "
        "what comes back",
        allow_abbrev=False,
    )
    client.add_options(parser)
    keysource.add_shared_key_options(parser)
    return parser.parse_args()


def run(args: Namespace) -> None:
    key = keysource.load_shared_key(args.key_file, args.make_key)
    if key is None:
        return
    address = args.connect
    with address.explain_connect_errors():
        stream = socket.create_connection(address, args.deadline)
    server = TimedStream(stream, args.deadline)
    with cli.context(f"{address}"):
        # Nothing of the session is sent before this returns.
        authenticate_server(server, key)
    cli.say(f"{address} holds the key")
    for line in Prompt().lines():
        message = line.strip(WHITESPACE)
        if not message:
            continue
        server.restart_deadline()
        with cli.context(f"{address}"):
            echo = exchange(server, message)
        cli.show(echo)


if __name__ == "__main__":
    sys.exit(cli.exit_code("mutual-client", run, parse_args()))
