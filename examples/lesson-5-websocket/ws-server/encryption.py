"""TLS over each connection, if the operator has a certificate. Clients then use `wss://` instead of `ws://`."""

from __future__ import annotations

import ssl
from typing import Protocol

from crates import tls
from crates.socketserver import Connection
from crates.tls.standard import TlsStream


class Channel(tls.Stream, Protocol):
    """What a session reads from and writes to: the connection, or TLS over it."""

    def lingering_close(self) -> None:
        """Ends what is sent, then closes as Connection.lingering_close() does."""


def encrypt(client: Connection, context: ssl.SSLContext | None) -> Channel:
    """Completes the handshake of TLS, if connections are encrypted."""
    if context is None:
        return client
    try:
        return EncryptedConnection(client, context)
    except tls.Error:
        # The alert that TLS sent says why.
        client.lingering_close()
        raise


class EncryptedConnection:
    """A client's connection with TLS over it."""

    def __init__(self, client: Connection, context: ssl.SSLContext) -> None:
        self._client = client
        self._tls = TlsStream.accept(client, context)

    def recv(self, size: int) -> bytes:
        return self._tls.recv(size)

    def sendall(self, data: bytes) -> None:
        self._tls.sendall(data)

    def lingering_close(self) -> None:
        self._tls.close()
        self._client.lingering_close()
