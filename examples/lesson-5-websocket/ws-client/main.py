# /// script
# requires-python = ">=3.8"
# dependencies = ["websockets>=13.1"]
# ///
"""Lessons 5 and 6, WebSocket: sends a token if it has one, then lines, and shows the replies.

Run with `python3 examples/lesson-5-websocket/ws-client/main.py`, after installing what requirements.txt lists, while
ws-server runs in another terminal.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import cli
from crates.cli import Error, escape
from crates.cli.humantime import nonzero_duration
from crates.prompt import WHITESPACE, Prompt
from encryption import load_context
from session import Session
from url import Url


def parse_args() -> Namespace:
    parser = ArgumentParser(
        prog="ws-client", description="Sends lines to ws-server and shows the replies", allow_abbrev=False
    )
    parser.add_argument(
        "--connect",
        metavar="URL",
        type=Url.parse,
        default="ws://127.0.0.1:8765",
        help="URL of the server [default: %(default)s]",
    )
    parser.add_argument(
        "--certificate",
        metavar="FILE",
        help="File with the self-signed certificate of a wss:// server, or that of the authority that signed it",
    )
    parser.add_argument(
        "--token",
        metavar="FILE",
        help="File with the token to send first; - reads it from the first line of standard input",
    )
    parser.add_argument(
        "--deadline",
        metavar="TIME",
        type=nonzero_duration,
        default="30s",
        help="Time limit for each exchange with the server [default: %(default)s]",
    )
    return parser.parse_args()


def main() -> int:
    return cli.exit_code("ws-client", run, parse_args())


def run(args: Namespace) -> None:
    context = load_context(args.certificate, args.connect)
    prompt = Prompt()
    # Before it connects, because the server does not wait long for a token.
    token = None if args.token is None else text(read_token(args.token, prompt))
    session = Session.connect(args.connect, context, args.deadline)
    if token is not None:
        reply = session.request(token)
        if reply != b"Authenticated!":
            raise Error(f"{args.connect.address} rejected the token: {escape(reply)}")
        cli.show(reply)
    for line in prompt.lines():
        message = text(line)
        if message:
            cli.show(session.request(message))
    session.close()


def read_token(file: str, prompt: Prompt) -> bytes:
    if file != "-":
        with cli.context(f"--token {file}"):
            return Path(file).read_bytes()
    line = prompt.line()
    if line is None:
        raise Error("there is no token on standard input (--token -)")
    return line


def text(line: bytes) -> str:
    """A text message must be UTF-8 (RFC 6455, section 5.6)."""
    try:
        return line.strip(WHITESPACE).decode()
    except UnicodeDecodeError:
        raise Error("a message must be UTF-8; not sent") from None


if __name__ == "__main__":
    sys.exit(main())
