"""A client's side of a connection: where to connect, and a deadline for each exchange."""

import socket
import time

from crates.cli.address import Address
from crates.cli.humantime import format_duration, parse_duration

# The longest answer that Connection.ask() takes, in bytes.
MAX_ANSWER = 128 * 1024


def add_options(parser):
    """The options that every client has."""
    parser.add_argument(
        "--connect",
        metavar="HOST:PORT",
        type=Address.parse,
        default="127.0.0.1:9527",
        help="Where the server listens [default: %(default)s]",
    )
    parser.add_argument(
        "--deadline",
        metavar="TIME",
        type=parse_duration,
        default="30s",
        help="How long to wait for the server, each time it is asked [default: %(default)s]",
    )


def connect(args):
    """A connection to the server, with the first exchange's deadline running."""
    end = time.monotonic() + args.deadline
    return Connection(args.connect.connect(args.deadline), args.deadline, end)


class Connection:
    """A connected socket whose reads and writes end at the deadline of the exchange, however many they are."""

    def __init__(self, stream, allowed, end):
        self._stream, self._allowed, self._end = stream, allowed, end

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stream.close()

    def begin_exchange(self):
        """Another exchange begins, with all the time that one may take."""
        self._end = time.monotonic() + self._allowed

    def ask(self, request):
        """Sends one request and returns its answer, which is all that the server sends before it closes."""
        self.sendall(request)
        answer = bytearray()
        while len(answer) <= MAX_ANSWER:
            piece = self.recv(MAX_ANSWER + 1 - len(answer))
            if not piece:
                break
            answer += piece
        if not answer:
            raise ConnectionError("the server closed the connection without a reply")
        if len(answer) > MAX_ANSWER:
            raise ValueError(f"the reply is longer than {MAX_ANSWER} bytes")
        return bytes(answer)

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
