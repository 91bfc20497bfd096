from __future__ import annotations

from argparse import ArgumentTypeError
from typing import NamedTuple

from websockets.exceptions import InvalidURI
from websockets.uri import WebSocketURI, parse_uri

from crates.cli.address import Address


class Url(NamedTuple):
    """The URL of a WebSocket server: `ws://HOST:PORT`, or `wss://HOST:PORT` with TLS, and an optional path (RFC 6455,
    section 3)."""

    address: Address
    uri: WebSocketURI

    @classmethod
    def parse(cls, text: str) -> Url:
        """Parses a URL. The `type` of an option."""
        try:
            uri = parse_uri(text)
        except (InvalidURI, ValueError):
            expected = "expected ws://HOST:PORT or wss://HOST:PORT, such as ws://127.0.0.1:8765"
            raise ArgumentTypeError(expected) from None
        return cls(Address(uri.host, uri.port), uri)
