# /// script
# requires-python = ">=3.8"
# dependencies = ["pyopenssl>=25"]
# ///
"""Lesson 8: sends lines over TLS, after a proof that the channel ends at the right server.

Run with `python3 examples/lesson-8-tls/tls-client/main.py --key-file FILE`,
while tls-server runs in another terminal.
"""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import cli, client, keysource
from crates.auth.mutual import authenticate_server
from crates.client import TimedStream
from crates.prompt import WHITESPACE, Prompt
from crates.timestamp.session import exchange
from crates.tls.openssl import TlsStream, client_context_without_verification


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="tls-client",
        description="Checks over TLS that tls-server holds the key, and proves that it does too; then sends lines and "
        "shows what comes back",
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
        # Nobody vouches for the certificate, so this may be anyone.
        tls = TlsStream.connect(server, client_context_without_verification())
    # Only the server that holds the key can prove itself on this channel. Nothing of the session is sent before.
    with cli.context(f"{address} is not authenticated, and somebody may be in between"):
        authenticate_server(tls, key, tls.exporter())
    cli.say(f"{address} holds the key, and nobody is in between")
    for line in Prompt().lines():
        message = line.strip(WHITESPACE)
        if not message:
            continue
        server.restart_deadline()
        with cli.context(f"{address}"):
            echo = exchange(tls, message)
        cli.show(echo)
    tls.close()
    # Waits for the server's close_notify: to close the connection before it arrives would reset it.
    server.restart_deadline()
    with suppress(OSError):
        tls.recv(1)


if __name__ == "__main__":
    sys.exit(cli.exit_code("tls-client", run, parse_args()))
