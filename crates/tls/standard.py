"""TLS 1.3 with Python's module `ssl`, for programs that need no channel binding.

It encrypts and decrypts in memory; the bytes go through our own stream, with its deadline. `wrap_socket` would give
each read and each write a timeout of its own instead.
"""

from __future__ import annotations

import ssl
from contextlib import suppress
from functools import partial
from typing import Callable, TypeVar

from crates.tls import MAX_PIECE, Error, Stream, explain, key_log_file
from crates.tls.certificate_files import CertificateFiles, check_certificate

# OpenSSL's numbers for the results of a verification (x509_vfy.h).
_NOT_YET_VALID, _EXPIRED, _OTHER_NAMES = 9, 10, (62, 64)
_UNTRUSTED = (7, 18, 19, 20, 21)

T = TypeVar("T")


def server_context(files: CertificateFiles) -> ssl.SSLContext:
    """Returns how a server with this certificate speaks TLS: 1.3 only, without asking for the client's certificate.

    If the variable `SSLKEYLOGFILE` names a file, the secrets of each connection are appended to it, as for the client.
    """
    files.check()
    context = _context(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.private_key)
    # A ticket lets a client resume a session, which nobody does here.
    context.num_tickets = 0
    return context


def client_context_that_trusts(certificate: str) -> ssl.SSLContext:
    """Returns how a client speaks TLS 1.3 with a server that shows the certificate in this file, or one that is signed
    with it: by now, for the name that the client connects to."""
    check_certificate(certificate)
    context = _context(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certificate)
    return context


def _context(protocol: int) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    path = key_log_file()
    if path is not None:
        context.keylog_filename = path
    return context


class TlsStream:
    """A TLS connection over a blocking stream. It receives and sends what the peer's TLS wraps.

    recv() returns nothing only after the peer's `close_notify`. If the stream ends without, somebody may have cut it,
    and recv() raises an Error.
    """

    def __init__(self, stream: Stream, context: ssl.SSLContext, host: str | None) -> None:
        self._stream = stream
        self._received, self._to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
        is_server = host is None
        self._tls = context.wrap_bio(self._received, self._to_send, server_side=is_server, server_hostname=host)
        self._is_open = False
        try:
            self._repeat(self._tls.do_handshake)
        except Error:
            raise
        except OSError as error:
            raise Error("cannot complete the TLS handshake") from error
        self._is_open = True

    @classmethod
    def accept(cls, stream: Stream, context: ssl.SSLContext) -> TlsStream:
        """Completes the handshake as the server. Raises an Error if the client does not speak TLS 1.3 or leaves."""
        return cls(stream, context, None)

    @classmethod
    def connect(cls, stream: Stream, context: ssl.SSLContext, host: str) -> TlsStream:
        """Completes the handshake as the client. Raises an Error as accept() does, or if the peer's certificate is
        not one that the context trusts for this host."""
        return cls(stream, context, host)

    def recv(self, size: int) -> bytes:
        try:
            return self._repeat(lambda: self._tls.read(size))
        except ssl.SSLZeroReturnError:
            return b""

    def sendall(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            # It writes one record at a time.
            rest = rest[self._repeat(partial(self._tls.write, rest)) :]

    def close(self) -> None:
        """Tells the peer that this is all (`close_notify`), so that it can tell this end from a connection that was
        cut. Does nothing if the stream fails: a peer that has left needs no notice."""
        with suppress(OSError):
            # It would wait for the peer's `close_notify`, which may never come.
            self._tls.unwrap()
        with suppress(OSError):
            self._flush()

    def _repeat(self, operation: Callable[[], T]) -> T:
        """Repeats an operation until it has received what it needs."""
        while True:
            try:
                result = operation()
                self._flush()
                return result
            except ssl.SSLWantReadError:
                self._flush()
                self._receive()
            except ssl.SSLZeroReturnError:
                raise
            except ssl.SSLError as error:
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
        self._received.write(data)

    def _flush(self) -> None:
        while self._to_send.pending:
            self._stream.sendall(self._to_send.read(MAX_PIECE))


def _explain(error: ssl.SSLError) -> Error:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return explain((error.reason or "unknown error").lower().replace("_", " "))
    if error.verify_code == _EXPIRED:
        return Error("the peer's certificate has expired; it needs a new one, and you need a copy of that")
    if error.verify_code == _NOT_YET_VALID:
        return Error("the peer's certificate is not valid yet; compare the clocks of both machines")
    if error.verify_code in _OTHER_NAMES:
        return Error(
            "the peer's certificate is for another name; connect to a name that it is for, or get one for this name"
        )
    if error.verify_code in _UNTRUSTED:
        return Error(
            "the peer's certificate is not the one that you trust, and somebody may be in between; if the peer has "
            "a new one, get a copy of it from whoever runs it"
        )
    return Error(
        f"the peer's certificate cannot be verified ({error.verify_message}); make one with --make-certificate"
    )
