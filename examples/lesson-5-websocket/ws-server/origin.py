from __future__ import annotations

import re
from argparse import ArgumentTypeError
from typing import NamedTuple

_URL = re.compile(r"([a-z][a-z0-9+.-]*)://([a-z0-9._~%!$&'()*+,;=-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?")


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
    url = _URL.fullmatch(text.lower()) if text.isascii() else None
    if url is None:
        return None
    scheme, host, port = url.groups()
    if port is None or (scheme, int(port)) in (("http", 80), ("https", 443)):
        return f"{scheme}://{host}"
    return f"{scheme}://{host}:{int(port)}" if int(port) < 1 << 16 else None
