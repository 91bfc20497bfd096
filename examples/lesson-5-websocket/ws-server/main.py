# /// script
# requires-python = ">=3.8"
# dependencies = ["websockets>=13.1"]
# ///
"""Lessons 5 and 6, WebSocket: one port echoes to anyone, the other only to clients that send a valid token.

Run with `python3 examples/lesson-5-websocket/ws-server/main.py`, after installing what requirements.txt lists.
"""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser, Namespace
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from authenticated import serve_authenticated
from crates import cli, keysource
from crates.cli import say
from crates.cli.address import Address, local_address
from crates.socketserver import AllowList, Connection, ConnectionLimits, Server, Timeouts
from crates.tls.certificate_files import CertificateFiles
from crates.tls.standard import server_context
from echo import serve_echo
from error_log import ErrorLog
from handshake import Rules

# The tutorial's key, which is public.
TUTORIAL_KEY = "secret_key"


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="ws-server",
        description="Echoes over WebSocket: on one port to anyone, on another to clients with a token",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        type=Address.parse,
        default="127.0.0.1:8765",
        help="Address of the port for anyone; port 0 chooses a free port [default: %(default)s]",
    )
    parser.add_argument(
        "--listen-token",
        metavar="HOST:PORT",
        type=Address.parse,
        default="127.0.0.1:8888",
        help="Address of the port that requires a token [default: %(default)s]",
    )
    parser.add_argument(
        "--error-log",
        metavar="FILE",
        default="websocket_errors.log",
        help="File to append errors to, one per line; at 1 MiB it is renamed to FILE.1, and so on up to FILE.4 "
        "[default: %(default)s]",
    )
    CertificateFiles.add_options(parser)
    keysource.add_options(parser)
    Rules.add_options(parser)
    Timeouts.add_options(parser)
    AllowList.add_options(parser)
    ConnectionLimits.add_options(parser)
    args = parser.parse_args()
    CertificateFiles.check_options(parser, args)
    return args


def main() -> int:
    return cli.exit_code("ws-server", run, parse_args())


def run(args: Namespace) -> None:
    files = CertificateFiles.from_args(args)
    if files and args.make_certificate:
        files.make()
        return
    context = server_context(files) if files else None
    key = keysource.load_for_hs256(args.key_file, TUTORIAL_KEY)
    log = ErrorLog(args.error_log)
    rules, timeouts = Rules.from_args(args), Timeouts.from_args(args)
    allow_list, limits = AllowList.from_args(args), ConnectionLimits.from_args(args)
    echo_listener = listen(args.listen)
    with cli.context("--listen-token"):
        token_listener = listen(args.listen_token)

    echo_server = Server(echo_listener, timeouts, allow_list, limits, name="echo")
    token_server = Server(token_listener, timeouts, allow_list, limits, name="token")
    say(f"ws-server (echo) listens on {local_address(echo_listener)}")
    say(f"ws-server (token) listens on {local_address(token_listener)}")

    def echo(client: Connection) -> None:
        with log.record_errors(client, "echo"):
            serve_echo(client, context, rules)

    def token(client: Connection) -> None:
        with log.record_errors(client, "token"):
            serve_authenticated(client, context, rules, key, timeouts.deadline)

    with ThreadPoolExecutor(max_workers=1) as thread:
        echo_stats = thread.submit(echo_server.run, echo)
        token_stats = token_server.run(token)
    log.finish()
    say(f"ws-server (echo) {echo_stats.result()}")
    say(f"ws-server (token) {token_stats}")


def listen(address: Address) -> socket.socket:
    listener = socket.socket(address.family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with address.explain_listen_errors():
        listener.bind(address)
    listener.listen()
    return listener


if __name__ == "__main__":
    sys.exit(main())
