"""TLS 1.3 over a blocking stream: encryption.

A TlsStream wraps anything that has `recv` and `sendall`, such as a connection with a deadline, and has them itself. It
exists twice: in `openssl`, with pyOpenSSL, it also has a value that only the two ends of the connection know; in
`standard`, with Python's module `ssl`, it needs no other package.
"""

from __future__ import annotations

import os
from typing import Protocol

# How much is read from the stream at a time: a record has at most 16 KiB and 256 bytes (RFC 8446, section 5.2).
MAX_PIECE = 16 * 1024 + 256

# OpenSSL's names for records that are not TLS.
_NOT_TLS = (
    "data length too long",
    "encrypted length too long",
    "excessive message size",
    "http request",
    "https proxy request",
    "packet length too long",
    "record too small",
    "unexpected message",
    "wrong version number",
)


class Error(OSError):
    """Why there is no TLS connection, or why it ended."""


class NotTlsError(Error):
    """The peer does not speak TLS."""

    def __init__(self) -> None:
        super().__init__("what the peer sent is not TLS")


class Stream(Protocol):
    """The methods of a socket that TLS needs."""

    def recv(self, size: int, /) -> bytes: ...

    def sendall(self, data: bytes, /) -> None: ...


def key_log_file() -> str | None:
    """Returns the file that the variable `SSLKEYLOGFILE` names, for the secrets of each connection. If it is a new one,
    nobody else may read it. Returns None if it cannot be written: rustls ignores it then, too."""
    path = os.environ.get("SSLKEYLOGFILE", "")
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    except OSError:
        return None
    return path


def explain(reason: str) -> Error:
    """Returns the error for a reason that OpenSSL gives, in lower case."""
    if reason in _NOT_TLS:
        return NotTlsError()
    if reason == "unsupported protocol" or reason.endswith(" alert protocol version"):
        return Error("the peer does not speak TLS 1.3")
    # The second: it is not encrypted at all.
    if reason in ("decryption failed or bad record mac", "bad record type"):
        return Error("a record cannot be decrypted: somebody may have changed it")
    _, is_alert, name = reason.partition(" alert ")
    if is_alert:
        return Error(f"the peer ended the TLS connection with the alert {name.replace(' ', '_')}")
    return Error(f"TLS failed: {reason}")
