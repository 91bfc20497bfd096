"""The session of the echo, after a handshake: what lesson 2 shows, for lessons that put something else around it."""

from __future__ import annotations

from typing import Protocol

from crates import timestamp
from crates.timestamp import utf8
from crates.timestamp.echo_reader import EchoReader

# The maximum number of bytes that the server reads and sends back at a time.
MAX_PIECE = 1024


class Stream(Protocol):
    """The methods of a socket that a session needs."""

    def recv(self, size: int, /) -> bytes: ...

    def sendall(self, data: bytes, /) -> None: ...


def serve_echo(client: Stream) -> None:
    """Sends back each piece as it arrives with a timestamp before it, but never inside a UTF-8 character."""
    missing = 0
    while piece := client.recv(MAX_PIECE):
        rest, text = utf8.split_rest(piece, missing)
        if text:
            missing = utf8.missing_bytes(text)
            client.sendall(rest + timestamp.now() + text)
        else:
            missing -= len(rest)
            client.sendall(rest)


def exchange(server: Stream, message: bytes) -> bytes:
    """Sends a message, and reads until all of it has come back. Returns it with its timestamp."""
    server.sendall(message)
    echo = EchoReader(message)
    while not echo.is_complete():
        piece = server.recv(4096)
        if not piece:
            raise ConnectionError("the server closed the connection before the whole echo arrived")
        echo.feed(piece)
    return echo.timestamped()
