"""TLS 1.3 over a blocking stream: encryption, and a value that only the two ends of the connection know.

A TlsStream wraps anything that has `recv` and `sendall`, such as a connection with a deadline, and has them itself. TLS
alone does not say who is at the other end: that is what a certificate that somebody vouches for is for, or a shared key
and a handshake that is bound to `TlsStream.exporter()`.

Python's module `ssl` has no exporter, so this is pyOpenSSL. It encrypts and decrypts in memory; the bytes go through
our own stream, with its deadline.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Callable, TypeVar

from OpenSSL import SSL

from crates.tls import MAX_PIECE, Error, Stream, explain, key_log_file
from crates.tls.certificate_files import CertificateFiles
from crates.tls.identity import Identity

# The label of the exporter for a channel binding (RFC 9266, section 2).
EXPORTER_LABEL = b"EXPORTER-Channel-Binding"

T = TypeVar("T")


def server_context(identity: Identity) -> SSL.Context:
    """Returns how a server speaks TLS: 1.3 only, with this identity, without asking for the client's certificate.

    If the variable `SSLKEYLOGFILE` names a file, the secrets of each connection are appended to it, as for the client.
    """
    context = _context(SSL.TLS_SERVER_METHOD)
    context.use_certificate(identity.certificate)
    context.use_privatekey(identity.private_key)
    return context


def server_context_from(files: CertificateFiles) -> SSL.Context:
    """Returns how a server with a certificate from a file speaks TLS, like server_context()."""
    files.check()
    context = _context(SSL.TLS_SERVER_METHOD)
    context.use_certificate_chain_file(files.certificate)
    context.use_privatekey_file(files.private_key)
    return context


def client_context_without_verification() -> SSL.Context:
    """Returns how a client speaks TLS 1.3 with a server whose certificate nobody vouches for.

    The connection is then secret, but shared with anybody who may be in between. Only a proof that is bound to
    `TlsStream.exporter()` says who the other end is.
    """
    return _context(SSL.TLS_CLIENT_METHOD)


def _context(method: int) -> SSL.Context:
    context = SSL.Context(method)
    context.set_min_proto_version(SSL.TLS1_3_VERSION)
    path = key_log_file()
    if path is not None:
        context.set_keylog_callback(lambda _, line: _append_line(path, line))
    return context


def _append_line(path: str, line: bytes) -> None:
    with open(path, "ab") as file:
        file.write(line + b"\n")


class TlsStream:
    """A TLS connection over a blocking stream. It receives and sends what the peer's TLS wraps.

    recv() returns nothing only after the peer's `close_notify`. If the stream ends without, somebody may have cut it,
    and recv() raises an Error.
    """

    def __init__(self, stream: Stream, context: SSL.Context) -> None:
        self._stream = stream
        self._tls = SSL.Connection(context, None)
        self._is_open = False

    @classmethod
    def accept(cls, stream: Stream, context: SSL.Context) -> TlsStream:
        """Completes the handshake as the server. Raises an Error if the client does not speak TLS 1.3 or leaves."""
        tls = cls(stream, context)
        tls._tls.set_accept_state()
        tls._shake_hands()
        return tls

    @classmethod
    def connect(cls, stream: Stream, context: SSL.Context) -> TlsStream:
        """Completes the handshake as the client. Raises an Error as accept() does."""
        tls = cls(stream, context)
        tls._tls.set_connect_state()
        tls._shake_hands()
        return tls

    def _shake_hands(self) -> None:
        try:
            self._repeat(self._tls.do_handshake)
        except Error:
            raise
        except OSError as error:
            raise Error("cannot complete the TLS handshake") from error
        self._is_open = True

    def exporter(self) -> bytes:
        """Returns the value of 32 bytes that only the two ends of this connection know, for a channel binding (RFC
        9266). On any other connection it is different, also on one that somebody in between has with each of them."""
        return self._tls.export_keying_material(EXPORTER_LABEL, 32)

    def recv(self, size: int) -> bytes:
        try:
            return self._repeat(lambda: self._tls.recv(size))
        except SSL.ZeroReturnError:
            return b""

    def sendall(self, data: bytes) -> None:
        self._repeat(lambda: self._tls.sendall(data))

    def close(self) -> None:
        """Tells the peer that this is all (`close_notify`), so that it can tell this end from a connection that was
        cut. Does nothing if the stream fails: a peer that has left needs no notice."""
        with suppress(OSError):
            self._repeat(self._tls.shutdown)

    def _repeat(self, operation: Callable[[], T]) -> T:
        """Repeats an operation until it has received what it needs."""
        while True:
            try:
                result = operation()
                self._flush()
                return result
            except SSL.WantReadError:
                self._flush()
                self._receive()
            except SSL.ZeroReturnError:
                raise
            except SSL.Error as error:
                # An alert that gives the peer the reason. If it cannot be sent, the reason stays the same.
                with suppress(OSError):
                    self._flush()
                raise _explain(error) from None

    def _receive(self) -> None:
        data = self._stream.recv(MAX_PIECE)
        if not data:
            if self._is_open:
                raise Error("the connection ended without close_notify: somebody may have cut it")
            raise Error("the peer closed the connection during the TLS handshake")
        self._tls.bio_write(data)

    def _flush(self) -> None:
        while True:
            try:
                data = self._tls.bio_read(MAX_PIECE)
            except SSL.WantReadError:
                return
            self._stream.sendall(data)


def _explain(error: SSL.Error) -> Error:
    # The first of several reasons is the cause of the others.
    return explain(error.args[0][0][2] if error.args and error.args[0] else "unknown error")
