"""TLS 1.3 over a blocking stream: encryption, and a value that only the two ends of the connection know.

A TlsStream wraps anything that has `recv` and `sendall`, such as a connection with a deadline, and has them itself. TLS
alone does not say who is at the other end: that is what a certificate that somebody vouches for is for, or a shared key
and a handshake that is bound to `TlsStream.exporter()`.

Python's module `ssl` has no exporter, so this is pyOpenSSL. It encrypts and decrypts in memory; the bytes go through
our own stream, with its deadline.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import Callable, Protocol, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL

# The label of the exporter for a channel binding (RFC 9266, section 2).
EXPORTER_LABEL = b"EXPORTER-Channel-Binding"

# How much is read from the stream at a time: a record has at most 16 KiB and 256 bytes (RFC 8446, section 5.2).
MAX_PIECE = 16 * 1024 + 256

# OpenSSL's names for records that are not TLS.
_NOT_TLS = (
    "bad record type",
    "data length too long",
    "excessive message size",
    "http request",
    "https proxy request",
    "packet length too long",
    "record too small",
    "unexpected message",
    "wrong version number",
)

T = TypeVar("T")


class Error(OSError):
    """Why there is no TLS connection, or why it ended."""


class Stream(Protocol):
    """The methods of a socket that TLS needs."""

    def recv(self, size: int, /) -> bytes: ...

    def sendall(self, data: bytes, /) -> None: ...


@dataclass(frozen=True)
class Identity:
    """Who a server says it is: a certificate, and the private key that belongs to it."""

    certificate: x509.Certificate
    private_key: ec.EllipticCurvePrivateKey

    @classmethod
    def self_signed(cls) -> Identity:
        """Creates a new private key, and a certificate for this machine that is signed with it: nobody vouches for
        it."""
        private_key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "self-signed certificate")])
        addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1")]
        certificate = (
            x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=private_key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime.datetime(1975, 1, 1))
            .not_valid_after(datetime.datetime(4096, 1, 1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost"), *addresses]), critical=False)
            .sign(private_key, hashes.SHA256())
        )
        return cls(certificate, private_key)


def server_context(identity: Identity) -> SSL.Context:
    """Returns how a server speaks TLS: 1.3 only, with this identity, without asking for the client's certificate.

    If the variable `SSLKEYLOGFILE` names a file, the secrets of each connection are appended to it, as for the client.
    """
    context = _context(SSL.TLS_SERVER_METHOD)
    context.use_certificate(identity.certificate)
    context.use_privatekey(identity.private_key)
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
    path = os.environ.get("SSLKEYLOGFILE")
    if path:
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
                raise Error(_explain(error)) from None

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


def _explain(error: SSL.Error) -> str:
    # The first of several reasons is the cause of the others.
    reason = error.args[0][0][2] if error.args and error.args[0] else "unknown error"
    if reason in _NOT_TLS:
        return "what the peer sent is not TLS"
    if reason == "unsupported protocol" or reason.endswith(" alert protocol version"):
        return "the peer does not speak TLS 1.3"
    if reason == "decryption failed or bad record mac":
        return "a record cannot be decrypted: somebody may have changed it"
    _, is_alert, name = reason.partition(" alert ")
    if is_alert:
        return f"the peer ended the TLS connection with the alert {name.replace(' ', '_')}"
    return f"TLS failed: {reason}"
