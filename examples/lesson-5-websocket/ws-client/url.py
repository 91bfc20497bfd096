from argparse import ArgumentTypeError
from typing import NamedTuple

from websockets.exceptions import InvalidURI
from websockets.uri import WebSocketURI, parse_uri

from crates.cli.address import Address


class Url(NamedTuple):
    """Where a WebSocket server is: `ws://HOST:PORT`, perhaps with a path (RFC 6455, section 3)."""

    address: Address
    uri: WebSocketURI

    @classmethod
    def parse(cls, text):
        """An option's `type`."""
        try:
            uri = parse_uri(text)
        except (InvalidURI, ValueError):
            raise ArgumentTypeError("expected ws://HOST:PORT, such as ws://127.0.0.1:8765") from None
        if uri.secure:
            raise ArgumentTypeError("wss:// is encrypted, and these servers are not; use ws://")
        return cls(Address(uri.host, uri.port), uri)
