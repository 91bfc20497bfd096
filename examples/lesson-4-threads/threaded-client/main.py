"""Lesson 4, threads: sends each message over a connection of its own, and shows the answer.

Run with `python3 examples/lesson-4-threads/threaded-client/main.py`, while threaded-server runs in another terminal.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from crates import client, cli
from crates.prompt import Prompt


def parse_args():
    parser = ArgumentParser(prog="threaded-client", description="Sends each message to threaded-server over a connection of its own; an empty one ends", allow_abbrev=False)
    client.add_options(parser)
    return parser.parse_args()


def main():
    return cli.exit_code("threaded-client", run, parse_args())


def run(args):
    for message in Prompt().lines():
        if not message:
            break
        with client.connect(args) as server, cli.context(f"{args.connect}"):
            answer = server.ask(message)
        cli.show(answer)


if __name__ == "__main__":
    sys.exit(main())
