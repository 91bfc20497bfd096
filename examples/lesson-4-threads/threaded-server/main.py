"""Lesson 4, threads: one request a connection, answered with a stamp before it; many clients at a time.

Run with `python3 examples/lesson-4-threads/threaded-server/main.py`.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import cli
from crates.cli.address import Address, local_address
from crates.cli import escape, say
from crates.socketserver import Crowd, Limits, ThreadingTCPServer
from crates.timestamp import stamp

# The longest request taken, in bytes.
MAX_REQUEST = 1024


def parse_args():
    parser = ArgumentParser(prog="threaded-server", description="Answers one request of each client with a stamp before it, many clients at a time", allow_abbrev=False)
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        type=Address.parse,
        default="127.0.0.1:9527",
        help="Where to listen; port 0 takes any that is free [default: %(default)s]",
    )
    Limits.add_options(parser)
    Crowd.add_options(parser)
    return parser.parse_args()


def main():
    return cli.exit_code("threaded-server", run, parse_args())


def run(args):
    listener = args.listen.listen()
    server = ThreadingTCPServer(listener, Limits.of(args), Crowd.of(args))
    say(f"threaded-server listens on {local_address(listener)}")
    served = server.serve_forever(answer)
    say(f"threaded-server {served}")


def answer(client):
    """The request has no ending: it is what one read returns."""
    request = client.recv(MAX_REQUEST + 1)
    if len(request) > MAX_REQUEST:
        raise ValueError(f"refused: the request is longer than {MAX_REQUEST} bytes")
    if request:
        stamped = stamp() + request
        say(f"{client.peer}: {escape(stamped)}")
        client.sendall(stamped)


if __name__ == "__main__":
    sys.exit(main())
