from __future__ import annotations

from argparse import ArgumentTypeError
from typing import NamedTuple

from websockets.exceptions import InvalidURI
from websockets.uri import WebSocketURI, parse_uri

from crates.cli.address import Address


class Url(NamedTuple):
    """The URL of a WebSocket server: `ws://HOST:PORT` with an optional path (RFC 6455, section 3)."""

    address: Address
    uri: WebSocketURI

    @classmethod
    def parse(cls, text: str) -> Url:
        """Parses a URL. The `type` of an option."""
        try:
            uri = parse_uri(text)
        except (InvalidURI, ValueError):
            raise ArgumentTypeError("expected ws://HOST:PORT, such as ws://127.0.0.1:8765") from None
        if uri.secure:
            raise ArgumentTypeError("these servers do not support TLS; use ws:// instead of wss://")
        return cls(Address(uri.host, uri.port), uri)
