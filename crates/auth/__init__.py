"""Authentication with a shared key: one side proves to the other that it holds the key, without sending it.

    server: challenge                      client: respond
    -----------------                      ---------------
    nonce, 32 random bytes     -------->   reads the nonce
    reads the response         <--------   HMAC(key, nonce)
    compares: a Verdict

The nonce is different every time, so a response that somebody recorded yesterday is worthless today. The server never
sends its verdict. What happens next, a closed connection or a session, is for the program to decide.

`challenge` and `respond` work over anything that has `recv` and `sendall`: a deadline belongs to the stream that they
are given.
"""

from __future__ import annotations

import enum
import hmac
import os
from pathlib import Path
from typing import Protocol

# The length of a nonce, in bytes.
NONCE_LEN = 32


class Error(OSError):
    """Why a handshake ended without a verdict."""


class ClosedEarly(Error):
    """The peer closed the connection before its message was complete."""

    def __init__(self, message: str, received: int, expected: int) -> None:
        if received == 0:
            super().__init__(f"the peer closed the connection before sending its {message}")
        else:
            super().__init__(
                f"the peer closed the connection after {received} of the {expected} bytes of its {message}"
            )
        self.received = received


class Stream(Protocol):
    """The methods of a socket that a handshake needs."""

    def recv(self, size: int, /) -> bytes: ...

    def sendall(self, data: bytes, /) -> None: ...


class Key:
    """The secret that both sides hold: 1 to MAX_LEN bytes. A key never prints itself."""

    # HMAC has no limit of its own, but it hashes a key that is longer than a block (64 bytes) before use, so a longer
    # key adds no security (RFC 2104, section 3).
    MAX_LEN = 1024

    def __init__(self, data: bytes) -> None:
        if not data:
            raise ValueError("the key is empty")
        if len(data) > self.MAX_LEN:
            raise ValueError(f"the key is longer than {self.MAX_LEN} bytes")
        self._data = data

    @classmethod
    def random(cls) -> Key:
        """Creates a key from 32 random bytes, written as 64 hexadecimal digits: it fits on a line."""
        return cls(os.urandom(32).hex().encode())

    @classmethod
    def from_file(cls, path: str | Path) -> Key:
        """Reads a key from a file: all its bytes, except for one line ending at the end, which editors add."""
        try:
            with open(path, "rb") as file:
                # One byte more than the longest key and its line ending shows that a file is too long.
                data = file.read(cls.MAX_LEN + len(b"\r\n") + 1)
        except OSError as error:
            raise OSError("cannot read the key file") from error
        if data.endswith(b"\n"):
            data = data[:-1]
        if data.endswith(b"\r"):
            data = data[:-1]
        return cls(data)

    def as_bytes(self) -> bytes:
        """Returns the secret bytes, for a library that computes with them. Do not print them."""
        return self._data

    def __repr__(self) -> str:
        return "Key(secret)"


class Scheme(enum.Enum):
    """How the response to a challenge is computed (HMAC, RFC 2104) and encoded."""

    # HMAC-MD5 as 32 lower-case hexadecimal digits, for the gate. The client sends nothing else.
    MD5_HEX = "md5 hex"
    # HMAC-MD5 as 16 raw bytes, for the echo. A session may follow immediately.
    MD5 = "md5"
    # HMAC-SHA-256 as 32 raw bytes, for new programs.
    SHA256 = "sha256"

    def response(self, key: Key, message: bytes) -> bytes:
        """Computes HMAC(key, message). In a handshake the message is the nonce."""
        if self is Scheme.MD5_HEX:
            return hmac.new(key.as_bytes(), message, "md5").hexdigest().encode()
        return hmac.new(key.as_bytes(), message, self.value).digest()

    def response_len(self) -> int:
        """Returns the length of a response, in bytes."""
        return 16 if self is Scheme.MD5 else 32

    def read_len(self) -> int:
        """Returns the maximum number of bytes that the server reads before it checks them."""
        # Nothing may follow the gate's response. One extra byte shows that something did.
        return self.response_len() + 1 if self is Scheme.MD5_HEX else self.response_len()


class Verdict(enum.Enum):
    """The conclusion of the server from a client's response."""

    ACCEPTED = "the client holds the key"
    REJECTED = "the client does not hold the key: its response is wrong or too long"


def challenge(peer: Stream, key: Key, scheme: Scheme) -> Verdict:
    """The server's side: sends a fresh nonce, reads the response and checks it.

    Raises an Error if no complete response arrives. A wrong response is not an error, but a Verdict.
    """
    nonce = os.urandom(NONCE_LEN)
    send(peer, "nonce", nonce)
    received = receive(peer, "response", scheme.read_len(), scheme.response_len())
    # Compares in constant time: the time does not depend on how many of the bytes are right.
    is_right = hmac.compare_digest(scheme.response(key, nonce), received)
    return Verdict.ACCEPTED if is_right else Verdict.REJECTED


def respond(peer: Stream, key: Key, scheme: Scheme) -> tuple[bytes, bytes]:
    """The client's side: reads the nonce and sends the response. Returns both, for the program to show."""
    nonce = receive(peer, "nonce", NONCE_LEN, NONCE_LEN)
    response = scheme.response(key, nonce)
    send(peer, "response", response)
    return nonce, response


def send(peer: Stream, message: str, data: bytes) -> None:
    """Sends a message of a handshake, which an error names."""
    try:
        peer.sendall(data)
    except OSError as error:
        raise Error(f"cannot send the {message}") from error


def receive(peer: Stream, message: str, max_len: int, expected: int) -> bytes:
    """Reads until `expected` bytes have arrived. Returns more, up to `max_len`, only if they arrived together."""
    received = b""
    while len(received) < expected:
        try:
            piece = peer.recv(max_len - len(received))
        except OSError as error:
            raise Error(f"cannot receive the {message}") from error
        if not piece:
            raise ClosedEarly(message, len(received), expected)
        received += piece
    return received
