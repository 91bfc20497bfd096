"""E-mail addresses. The Rust program uses the crate email_address for this.

The standard library splits addresses, but does not check them. Rust and Python have their own tables of letters and
digits beyond ASCII. Python's lack the vowel signs of Hindi, letters in circles, and what is newer than the interpreter.
"""

from __future__ import annotations

import re

# Letters, digits and these signs (RFC 5322, section 3.2.3).
_ATOM = r"[\w!#$%&'*+\-/=?^`{|}~]+"
# Visible ASCII, spaces and tabs; a quote or a backslash only after a backslash.
_QUOTED = r'"(?:[ \t!#-\[\]-~]|\\[!-~])+"'
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*|{_QUOTED}")
# It begins and ends with a letter or a digit.
_LABEL = re.compile(rf"(?![\W_]){_ATOM}(?<![\W_])")
# Such as [127.0.0.1].
_IP_ADDRESS = re.compile(r"\[[!-Z^-~]*\]")


def is_address(text: str) -> bool:
    """Whether the text is one e-mail address whose domain has a dot. Whether mail arrives is another question."""
    local, _, domain = text.rpartition("@")
    return _is_local(local) and _length(domain) <= 254 and _is_domain(domain)


def _is_local(local: str) -> bool:
    return _length(local) <= 64 and _LOCAL.fullmatch(local) is not None


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    are_labels = all(_length(label) <= 63 and _LABEL.fullmatch(label) for label in labels)
    return _IP_ADDRESS.fullmatch(domain) is not None or (are_labels and len(labels) >= 2)


def _length(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))
