"""TLS for `wss://` URLs, with a server whose certificate the user trusts."""

from __future__ import annotations

import ssl

from crates import tls
from crates.cli import Error
from crates.client import TimedStream
from crates.tls.standard import TlsStream, client_context_that_trusts
from url import Url


def load_context(certificate: str | None, url: Url) -> ssl.SSLContext | None:
    """Reads the certificate that the user trusts. Only a `wss://` URL needs one."""
    if certificate is None:
        if url.uri.secure:
            raise Error(
                "wss:// needs --certificate FILE: a copy of the server's certificate, because no other is trusted"
            )
        return None
    if not url.uri.secure:
        raise Error("--certificate is for wss:// URLs; nothing is encrypted with ws://")
    return client_context_that_trusts(certificate)


def encrypt(server: TimedStream, context: ssl.SSLContext, url: Url) -> TlsStream:
    """Completes the handshake of TLS."""
    try:
        return TlsStream.connect(server, context, url.address.host)
    except tls.NotTlsError:
        raise Error(f"{url.address} does not speak TLS; if it speaks WebSocket, use ws://") from None
    except tls.Error as error:
        raise Error(str(url.address)) from error
