# /// script
# requires-python = ">=3.8"
# dependencies = ["websockets>=13.1", "PyJWT>=2.9"]
# ///
"""Lessons 5 and 6, WebSocket: one port echoes what anyone says, the other what holders of a token say.

Run with `python3 examples/lesson-5-websocket/ws-server/main.py`, where what requirements.txt names is installed.
"""

import socket
import sys
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from echo import greet
from error_log import ErrorLog
from handshake import Rules
from let_in import let_in

from crates import cli, keysource
from crates.cli.address import Address, local_address
from crates.cli import say
from crates.socketserver import AllowList, ConnectionLimits, Server, Timeouts

# The tutorial's own key, which is public.
TUTORIAL_KEY = "secret_key"


def parse_args():
    parser = ArgumentParser(prog="ws-server", description="Echoes over WebSocket: on one port to anyone, on the other to holders of a token", allow_abbrev=False)
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        type=Address.parse,
        default="127.0.0.1:8765",
        help="Where to echo to anyone; port 0 takes any that is free [default: %(default)s]",
    )
    parser.add_argument(
        "--listen-token",
        metavar="HOST:PORT",
        type=Address.parse,
        default="127.0.0.1:8888",
        help="Where to ask for a token first [default: %(default)s]",
    )
    parser.add_argument(
        "--error-log",
        metavar="PATH",
        default="websocket_errors.log",
        help="Where errors are written, one a line, behind those that are there [default: %(default)s]",
    )
    keysource.add_options(parser)
    Rules.add_options(parser)
    Timeouts.add_options(parser)
    AllowList.add_options(parser)
    ConnectionLimits.add_options(parser)
    return parser.parse_args()


def main():
    return cli.exit_code("ws-server", run, parse_args())


def run(args):
    key = keysource.load_for_hs256(args.key_file, TUTORIAL_KEY)
    log = ErrorLog.open(args.error_log)
    rules = Rules.of(args)
    timeouts, allow_list, limits = Timeouts.from_args(args), AllowList.from_args(args), ConnectionLimits.from_args(args)
    listener = socket.socket(args.listen.family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with args.listen.explain_listen_errors():
        listener.bind((args.listen.host, args.listen.port))
    listener.listen()
    token_listener = socket.socket(args.listen_token.family)
    token_listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with cli.context("--listen-token"), args.listen_token.explain_listen_errors():
        token_listener.bind((args.listen_token.host, args.listen_token.port))
    token_listener.listen()
    anyone = Server.threaded(listener, timeouts, allow_list, limits, name="echo")
    holders = Server.threaded(token_listener, timeouts, allow_list, limits, name="token")
    say(f"ws-server (echo) listens on {local_address(listener)}")
    say(f"ws-server (token) listens on {local_address(token_listener)}")

    def serve_anyone(client):
        with log.watch(client, "echo"):
            greet(client, rules)

    def serve_holders(client):
        with log.watch(client, "token"):
            let_in(client, rules, key, args.deadline)

    with ThreadPoolExecutor(max_workers=1) as thread:
        anyone = thread.submit(anyone.run, serve_anyone)
        holders = holders.run(serve_holders)
    say(f"ws-server (echo) {anyone.result()}")
    say(f"ws-server (token) {holders}")


if __name__ == "__main__":
    sys.exit(main())
