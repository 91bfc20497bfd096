"""Lesson 1, the gate: responds to the server's challenge.

Run with `python3 examples/lesson-1-gate/gate-client/main.py`, while gate-server runs in another terminal.
"""

from __future__ import annotations

import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import auth, cli, client, keysource
from crates.auth import Scheme
from crates.cli import say

# The tutorial's own key, which is public.
TUTORIAL_KEY = "老衲洗头用飘柔"


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="gate-client", description="Responds to the challenge of gate-server", allow_abbrev=False
    )
    client.add_options(parser)
    keysource.add_options(parser)
    return parser.parse_args()


def run(args: Namespace) -> None:
    key = keysource.load(args.key_file, TUTORIAL_KEY)
    address = args.connect
    with address.explain_connect_errors():
        stream = socket.create_connection(address, args.deadline)
    with client.TimedStream(stream, args.deadline) as server, cli.context(f"{address}"):
        _, response = auth.respond(server, key, Scheme.MD5_HEX)
    say(f"responded to {address} with {response.decode()}")
    say("the server does not send its verdict: see the server's terminal")


if __name__ == "__main__":
    sys.exit(cli.exit_code("gate-client", run, parse_args()))
