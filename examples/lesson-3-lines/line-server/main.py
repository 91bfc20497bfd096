"""Lesson 3, lines: one line a connection, answered with a stamp before it; one client at a time.

Run with `python3 examples/lesson-3-lines/line-server/main.py`.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import cli
from crates.cli.address import Address, local_address
from crates.cli import say
from crates.socketserver import Limits, TCPServer
from crates.timestamp import stamp

# The longest line taken, in bytes, its ending counted.
MAX_LINE = 64 * 1024


def parse_args():
    parser = ArgumentParser(prog="line-server", description="Answers one line of each client with a stamp before it, one client at a time", allow_abbrev=False)
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        type=Address.parse,
        default="127.0.0.1:9527",
        help="Where to listen; port 0 takes any that is free [default: %(default)s]",
    )
    Limits.add_options(parser)
    return parser.parse_args()


def main():
    return cli.exit_code("line-server", run, parse_args())


def run(args):
    listener = args.listen.listen()
    server = TCPServer(listener, Limits.of(args))
    say(f"line-server listens on {local_address(listener)}")
    served = server.serve_forever(answer)
    say(f"line-server {served}")


def answer(client):
    say(f"{client.peer}: connected")
    line = read_line(client)
    if line:
        client.sendall(stamp() + line)


def read_line(client):
    """A line with its ending; what a client sent before it stopped sending is a line too, as for `readline`."""
    line = b""
    while b"\n" not in line and len(line) <= MAX_LINE:
        piece = client.recv(8192)
        if not piece:
            break
        line += piece
    line = line[: line.find(b"\n") + 1] or line
    if len(line) > MAX_LINE:
        raise ValueError(f"refused: the line is longer than {MAX_LINE} bytes")
    return line


if __name__ == "__main__":
    sys.exit(main())
