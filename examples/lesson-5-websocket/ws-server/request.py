"""HTTP requests (RFC 9112), read strictly: text that another server could read differently is not a request."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

# RFC 9110, section 5.6.2.
TOKEN = r"[A-Za-z0-9!#$%&'*+\-.^_`|~]+"
_REQUEST_LINE = re.compile(rf"({TOKEN}) ([^ ]+) HTTP/1\.[1-9]")
_HEADER = re.compile(rf"({TOKEN}):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")

# What may be in each part of a URI (RFC 3986); other characters must be percent-encoded.
_URI_CHARACTER = r"[A-Za-z0-9\-._~!$&'()*+,;={also}]|%[0-9A-Fa-f]{{2}}"
_NAME = re.compile(rf"(?:{_URI_CHARACTER.format(also='')})+")
_PATH = re.compile(rf"(?:{_URI_CHARACTER.format(also=':@/?')})*")


@dataclass(frozen=True)
class Request:
    """The head of an HTTP request."""

    method: str
    target: str
    headers: list[tuple[str, str]]  # Names in lower case, and values.

    @classmethod
    def parse(cls, head: bytes) -> Request | None:
        """Parses a head without the empty line at its end. Returns None if it is not a request in HTTP/1.1 or later."""
        # One character for each byte, because header values may be in any encoding.
        first, *rest = head.decode("latin-1").split("\r\n")
        line = _REQUEST_LINE.fullmatch(first)
        matches = [_HEADER.fullmatch(header) for header in rest]
        headers = [(match[1].lower(), match[2].strip(" \t")) for match in matches if match is not None]
        if line is None or len(headers) < len(matches):
            return None
        return cls(line[1], line[2], headers)

    def values(self, name: str) -> list[str]:
        """Returns the values of a header, one for each line."""
        return [value for header, value in self.headers if header == name]

    def single_value(self, name: str) -> str | None:
        """Returns the value of a header that must occur exactly once."""
        values = self.values(name)
        return values[0] if len(values) == 1 else None

    def elements(self, name: str) -> list[str]:
        """Returns the elements of a list header, in lower case. Several lines make one list (RFC 9110, section 5.3)."""
        elements = ",".join(self.values(name)).lower().split(",")
        return [element.strip(" \t") for element in elements if element.strip(" \t")]


def is_target(text: str) -> bool:
    """Whether the text is the target of a GET request: a path, or a whole URL (RFC 9112, section 3.2)."""
    url = re.fullmatch(r"https?://([^/?]*)(.*)", text, re.IGNORECASE)
    if url is not None:
        return is_host(url[1]) and _PATH.fullmatch(url[2]) is not None
    return text.startswith("/") and _PATH.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """Whether the text is a host with an optional port (RFC 3986, section 3.2)."""
    return split_host(text) is not None


def split_host(text: str) -> tuple[str, str] | None:
    """Splits a host and its port, which may be missing or empty."""
    parts = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::([0-9]*))?", text)
    if parts is None:
        return None
    host, port = parts[1], parts[2] or ""
    is_host = _is_ipv6(host[1:-1]) if host.startswith("[") else _NAME.fullmatch(host) is not None
    # A URL may leave the port empty, and begin it with zeros.
    digits = port.lstrip("0")
    is_port = len(digits) <= 5 and int(digits or 0) < 1 << 16
    return (host, port) if is_host and is_port else None


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True
