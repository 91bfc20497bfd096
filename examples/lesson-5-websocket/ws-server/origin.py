from __future__ import annotations

import re
from argparse import ArgumentTypeError
from typing import NamedTuple

from request import split_host


class Origin(NamedTuple):
    """Where a page comes from, as a browser states it (RFC 6454, section 6.2): scheme, host and port; or `null` for a
    page that does not come from a server, such as one opened from disk."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Origin:
        """Parses an origin. The `type` of an option."""
        normal = _normal_form(text)
        if normal is None:
            raise ArgumentTypeError("expected an origin, such as http://localhost:8000, with no path; or null")
        return cls(normal)

    def matches(self, header: str) -> bool:
        """Whether a browser's `Origin` header states this origin."""
        return _normal_form(header) == self.text


def _normal_form(text: str) -> str | None:
    """Returns the origin in lower case, without the scheme's default port."""
    if text == "null":
        return text
    scheme, separator, authority = text.lower().partition("://")
    parts = split_host(authority)
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme) or not separator or not parts or authority.endswith(":"):
        return None
    host, port = parts
    # Python limits how many digits, zeros included, a number may have.
    number = int(port.lstrip("0") or 0)
    if not port or (scheme, number) in (("http", 80), ("https", 443)):
        return f"{scheme}://{host}"
    return f"{scheme}://{host}:{number}"
