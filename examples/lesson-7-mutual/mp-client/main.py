"""Lesson 7: a client for Python's `multiprocessing.connection.Listener`. It sends lines and shows the replies.

Run with `python3 examples/lesson-7-mutual/mp-client/main.py --key-file FILE`,
while mp-listener, or a listener of the standard library, runs in another terminal.
"""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import cli, client, keysource
from crates.client import TimedStream
from crates.mp import Authenticator, Error, recv_bytes, send_bytes
from crates.prompt import WHITESPACE, Prompt

# The maximum length of a reply, in bytes.
MAX_REPLY = 64 * 1024


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="mp-client",
        description="Connects to a listener that speaks the protocol of Python's multiprocessing.connection, sends "
        "lines and shows what comes back",
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
    # The verdict and the first message follow each other: without this, the second waits for an acknowledgement.
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = TimedStream(stream, args.deadline)
    with cli.context(f"{address}"):
        Authenticator(key).connect(server)
    cli.say(f"{address} holds the key")
    for line in Prompt().lines():
        message = line.strip(WHITESPACE)
        if not message:
            continue
        server.restart_deadline()
        with cli.context(f"{address}"):
            reply = exchange(server, message)
        cli.show(reply)


def exchange(server: TimedStream, message: bytes) -> bytes:
    """Sends a message, and receives the reply. Never unpickles it: these are bytes."""
    send_bytes(server, message)
    reply = recv_bytes(server, MAX_REPLY)
    if reply is None:
        raise Error("the peer closed the connection before its message was complete")
    return reply


if __name__ == "__main__":
    sys.exit(cli.exit_code("mp-client", run, parse_args()))
