# /// script
# requires-python = ">=3.8"
# dependencies = ["websockets>=13.1"]
# ///
"""Lessons 5 and 6, WebSocket: sends lines and shows what comes back; where a token is asked for, sends that first.

Run with `python3 examples/lesson-5-websocket/ws-client/main.py`, where what requirements.txt names is installed, while ws-server runs in
another terminal.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from session import Session
from url import Url

from crates import cli
from crates.cli import escape
from crates.cli.humantime import parse_duration
from crates.prompt import WHITESPACE, Prompt


def parse_args():
    parser = ArgumentParser(prog="ws-client", description="Sends lines to ws-server and shows what comes back", allow_abbrev=False)
    parser.add_argument(
        "--connect",
        metavar="URL",
        type=Url.parse,
        default="ws://127.0.0.1:8765",
        help="Where the server listens [default: %(default)s]",
    )
    parser.add_argument(
        "--token",
        metavar="FILE",
        help="File that holds the token to send first; - is the first line of standard input",
    )
    parser.add_argument(
        "--deadline",
        metavar="TIME",
        type=parse_duration,
        default="30s",
        help="How long to wait for the server, each time it is asked [default: %(default)s]",
    )
    return parser.parse_args()


def main():
    return cli.exit_code("ws-client", run, parse_args())


def run(args):
    prompt = Prompt()
    # Before the server waits for it, which it does not for long.
    token = None if args.token is None else text(read_token(args.token, prompt))
    session = Session.connect(args.connect, args.deadline)
    if token is not None:
        answer = session.ask(token)
        if answer != b"Authenticated!":
            raise ValueError(f"{args.connect.address} did not let us in: {escape(answer)}")
        cli.show(answer)
    for line in prompt.lines():
        message = text(line)
        if message:
            cli.show(session.ask(message))
    session.close()


def read_token(file, prompt):
    if file != "-":
        with cli.context(f"--token {file}"):
            return Path(file).read_bytes()
    line = prompt.line()
    if line is None:
        raise ValueError("no token came from standard input (--token -)")
    return line


def text(line):
    """What WebSocket calls text is UTF-8 (RFC 6455, section 5.6)."""
    try:
        return line.strip(WHITESPACE).decode()
    except UnicodeDecodeError:
        raise ValueError("what is sent must be UTF-8; not sent") from None


if __name__ == "__main__":
    sys.exit(main())
