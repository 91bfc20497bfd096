"""Lesson 2, the echo: proves that it holds the key, then sends lines and shows what comes back.

Run with `python3 examples/lesson-2-echo/echo-client/main.py`, while echo-server runs in another terminal.
"""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import auth, cli, client, keysource
from crates.auth import Scheme
from crates.client import TimedStream
from crates.prompt import WHITESPACE, Prompt
from crates.timestamp.echo_reader import EchoReader

# "Open sesame": the tutorial's own key, which is public.
TUTORIAL_KEY = "芝麻开门"


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="echo-client",
        description="Proves to echo-server that it holds the key, then sends lines and shows what comes back",
        allow_abbrev=False,
    )
    client.add_options(parser)
    keysource.add_options(parser)
    return parser.parse_args()


def run(args: Namespace) -> None:
    key = keysource.load(args.key_file, TUTORIAL_KEY)
    address = args.connect
    with address.explain_connect_errors():
        stream = socket.create_connection(address, args.deadline)
    server = TimedStream(stream, args.deadline)
    with cli.context(f"{address}"):
        auth.respond(server, key, Scheme.MD5)
    has_echoed = False
    for line in Prompt().lines():
        message = line.strip(WHITESPACE)
        if not message:
            continue
        server.restart_deadline()
        try:
            echo = exchange(server, message)
        except cli.ERRORS as error:
            # A server that rejects a response does not say so: it closes.
            if isinstance(error, ConnectionError) and not has_echoed:
                raise cli.Error(
                    f"{address} rejected our response and closed the connection; do both sides use the same key?"
                ) from None
            raise cli.Error(f"{address}") from error
        has_echoed = True
        cli.show(echo)


def exchange(server: TimedStream, message: bytes) -> bytes:
    """Sends a message, and reads until all of it has come back. Returns it with its timestamp."""
    server.sendall(message)
    echo = EchoReader(message)
    while not echo.is_complete():
        piece = server.recv(4096)
        if not piece:
            raise ConnectionError("the server closed the connection before the whole echo arrived")
        echo.feed(piece)
    return echo.timestamped()


if __name__ == "__main__":
    sys.exit(cli.exit_code("echo-client", run, parse_args()))
