# /// script
# requires-python = ">=3.8"
# dependencies = ["pyopenssl>=25"]
# ///
"""Lesson 8: TLS encrypts the channel, and the handshake of lesson 7 proves that it ends at the right peer.

Run with `python3 examples/lesson-8-tls/tls-server/main.py --key-file FILE`.
"""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from OpenSSL import SSL

from crates import cli, keysource
from crates.auth import Key, Verdict
from crates.auth.mutual import authenticate_client
from crates.cli import say
from crates.cli.address import add_listen_option, local_address
from crates.cli.humantime import nonzero_duration
from crates.socketserver import AllowList, Connection, ConnectionLimits, Server, Timeouts
from crates.timestamp.session import serve_echo
from crates.tls.certificate_files import CertificateFiles
from crates.tls.identity import Identity
from crates.tls.openssl import TlsStream, server_context, server_context_from


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="tls-server",
        description="Proves over TLS that it holds the key to clients that do the same, then sends their messages back "
        "with the time",
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
    CertificateFiles.add_options(parser)
    keysource.add_shared_key_options(parser)
    Timeouts.add_options(parser)
    AllowList.add_options(parser)
    ConnectionLimits.add_options(parser)
    args = parser.parse_args()
    CertificateFiles.check_options(parser, args)
    return args


def run(args: Namespace) -> None:
    files = CertificateFiles.from_args(args)
    if files and args.make_certificate:
        files.make()
        return
    key = keysource.load_shared_key(args.key_file, args.make_key)
    if key is None:
        return
    # Without files, nobody vouches for the certificate, and nobody has to: the key does.
    context = server_context_from(files) if files else server_context(Identity.self_signed())
    listener = socket.socket(args.listen.family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with args.listen.explain_listen_errors():
        listener.bind(args.listen)
    listener.listen()
    limits = ConnectionLimits.from_args(args)
    server = Server(listener, Timeouts.from_args(args), AllowList.from_args(args), limits)
    say(f"tls-server listens on {local_address(listener)}")
    stats = server.run(lambda client: serve(client, context, key, args.idle))
    say(f"tls-server {stats}")


def serve(client: Connection, context: SSL.Context, key: Key, idle: float) -> None:
    """Encrypts the connection, and says to the client when that ends."""
    tls = TlsStream.accept(client, context)
    try:
        serve_encrypted(client, tls, key, idle)
    finally:
        # Also after an error, such as a deadline that passed: otherwise the client takes the end for an attack.
        tls.close()


def serve_encrypted(client: Connection, tls: TlsStream, key: Key, idle: float) -> None:
    """Authenticates both ends of the connection and, if the client holds the key, serves it until it leaves."""
    peer = client.peer_addr
    # Whoever sits between two TLS connections has another value on each of them, so no proof fits both.
    if authenticate_client(tls, key, tls.exporter()) is Verdict.REJECTED:
        say(f"{peer}: rejected, it does not hold the key, or somebody is in between")
        return
    say(f"{peer}: accepted, it holds the key")
    client.set_idle_timeout(idle)
    with cli.context("session"):
        serve_echo(tls)
    say(f"{peer}: disconnected")


if __name__ == "__main__":
    sys.exit(cli.exit_code("tls-server", run, parse_args()))
