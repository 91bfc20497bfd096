"""The client's side of a connection: its options, and a deadline for each exchange."""

import socket
import time

from crates.cli.address import Address
from crates.cli.humantime import format_duration, nonzero_duration

# The longest reply that TimedStream.request() accepts, in bytes.
MAX_REPLY = 128 * 1024


def add_options(parser):
    """The options that every client has."""
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

    def __init__(self, stream, deadline):
        self._stream, self._allowed, self._end = stream, deadline, time.monotonic() + deadline

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stream.close()

    def restart_deadline(self):
        """Begins another exchange, with a new deadline."""
        self._end = time.monotonic() + self._allowed

    def request(self, data):
        """Sends one request and returns the reply, which is all that the server sends before it closes."""
        self.sendall(data)
        reply = bytearray()
        while len(reply) <= MAX_REPLY:
            piece = self.recv(MAX_REPLY + 1 - len(reply))
            if not piece:
                break
            reply += piece
        if not reply:
            raise ConnectionError("the server closed the connection without a reply")
        if len(reply) > MAX_REPLY:
            raise ValueError(f"the reply is longer than {MAX_REPLY} bytes")
        return bytes(reply)

    def recv(self, size):
        return self._in_time(self._stream.recv, size)

    def sendall(self, data):
        self._in_time(self._stream.sendall, data)

    def _in_time(self, call, argument):
        left = self._end - time.monotonic()
        try:
            if left <= 0:
                raise socket.timeout
            self._stream.settimeout(left)
            return call(argument)
        except socket.timeout:
            raise TimeoutError(f"the server did not respond within {format_duration(self._allowed)}") from None
        except ConnectionError:
            raise ConnectionResetError("the server closed the connection") from None


def is_closed(error):
    """Whether the error is that the server has closed the connection, in whichever way that shows."""
    return isinstance(error, ConnectionError)
