"""The client's side of a connection: its options, and a deadline for each exchange."""

from __future__ import annotations

import socket
import time
from argparse import ArgumentParser
from contextlib import contextmanager
from typing import Iterator

from crates.cli.address import Address
from crates.cli.humantime import format_duration, nonzero_duration

# The longest reply that TimedStream.request() accepts, in bytes.
MAX_REPLY = 128 * 1024


def add_options(parser: ArgumentParser) -> None:
    """Adds the options that every client has."""
    parser.add_argument(
        "--connect",
        metavar="HOST:PORT",
        type=Address.parse,
        default="127.0.0.1:9527",
        help="Address of the server [default: %(default)s]",
    )
    parser.add_argument(
        "--deadline",
        metavar="TIME",
        type=nonzero_duration,
        default="30s",
        help="Time limit for each exchange with the server [default: %(default)s]",
    )


class TimedStream:
    """A connected socket with a deadline for all reads and writes of an exchange together."""

    def __init__(self, stream: socket.socket, deadline: float) -> None:
        """Wraps a connected socket. The deadline of the first exchange begins now."""
        self._stream = stream
        self._allowed = deadline
        self.restart_deadline()

    def __enter__(self) -> TimedStream:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def restart_deadline(self) -> None:
        """Begins another exchange, with a new deadline."""
        self._end = time.monotonic() + self._allowed

    def request(self, data: bytes) -> bytes:
        """Sends one request and returns the reply, which is all that the server sends before it closes."""
        self.sendall(data)
        reply = b""
        while piece := self.recv(MAX_REPLY + 1 - len(reply)):
            reply += piece
            if len(reply) > MAX_REPLY:
                raise ValueError(f"the reply is longer than {MAX_REPLY} bytes")
        if not reply:
            raise ConnectionError("the server closed the connection without a reply")
        return reply

    def recv(self, size: int) -> bytes:
        with self._in_time():
            return self._stream.recv(size)

    def sendall(self, data: bytes) -> None:
        with self._in_time():
            self._stream.sendall(data)

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """Gives a call the time that is left, and explains why it failed."""
        try:
            left = self._end - time.monotonic()
            if left <= 0:
                raise socket.timeout
            self._stream.settimeout(left)
            yield
        except socket.timeout:
            raise TimeoutError(f"the server did not respond within {format_duration(self._allowed)}") from None
        except ConnectionError:
            # Not as a broken pipe: cli.exit_code() takes that for a closed standard output.
            raise ConnectionResetError("the server closed the connection") from None
