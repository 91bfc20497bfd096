"""E-mail addresses. The Rust program uses the crate email_address for this; the messages are the same.

The standard library splits addresses, but does not check them. Rust and Python have their own tables of letters and
digits beyond ASCII. Python's lack the vowel signs of Hindi, letters in circles, and what is newer than the interpreter.
"""

from __future__ import annotations

_ATEXT = "!#$%&'*+-/=?^_`{|}~"

_INVALID_CHARACTER = "Invalid character."
_DISPLAY_NAME = "Display names are not supported."


def check_address(text: str) -> None:
    """Checks that the text is one e-mail address whose domain has a dot. Whether mail arrives is another question.

    Raises ValueError with the reason if it is not.
    """
    display, separator, address = text.rpartition(" <")
    if separator:
        address = address.strip()
        if not address.endswith(">"):
            raise ValueError("Terminating '>' is missing.")
        address = address[:-1]
    local, separator, domain = address.rpartition("@")
    if not separator:
        raise ValueError("Missing separator character '@'.")
    if display.strip():
        raise ValueError(_DISPLAY_NAME)
    if local.startswith("<"):
        raise ValueError(_INVALID_CHARACTER)
    _check_local(local)
    _check_domain(domain)
    if address != text:
        raise ValueError(_DISPLAY_NAME)


def _check_local(local: str) -> None:
    if local in ("", '"', '""'):
        raise ValueError("Local part is empty.")
    if _length(local) > 64:
        raise ValueError("Local part is too long. Length limit: 64")
    if local.startswith('"') and local.endswith('"'):
        good = _is_quoted_text(local[1:-1])
    else:
        good = all(_is_atom(atom) for atom in local.split("."))
    if not good:
        raise ValueError(_INVALID_CHARACTER)


def _check_domain(domain: str) -> None:
    if not domain:
        raise ValueError("Domain is empty.")
    if _length(domain) > 254:
        raise ValueError("Domain is too long. Length limit: 254")
    if domain.startswith("[") and domain.endswith("]"):
        # An IP address, such as [127.0.0.1].
        if not all("!" <= char <= "Z" or "^" <= char <= "~" for char in domain[1:-1]):
            raise ValueError(_INVALID_CHARACTER)
        return
    labels = domain.split(".")
    for label in labels:
        if not label:
            raise ValueError("A sub-domain is empty.")
        if not label[0].isalnum() or not label[-1].isalnum():
            raise ValueError(_INVALID_CHARACTER)
        if _length(label) > 63:
            raise ValueError("A sub-domain is too long. Length limit: 63")
        if not _is_atom(label):
            raise ValueError(_INVALID_CHARACTER)
    if len(labels) < 2:
        raise ValueError("Too few parts in the domain")


def _is_atom(text: str) -> bool:
    return text != "" and all(char.isalnum() or char in _ATEXT for char in text)


def _is_quoted_text(text: str) -> bool:
    """Visible ASCII, spaces and tabs; a quote or a backslash only after a backslash."""
    chars = iter(text)
    for char in chars:
        if char == "\\":
            # The escaped character must be visible.
            if not "!" <= next(chars, " ") <= "~":
                return False
        elif not (char in " \t" or "!" <= char <= "~") or char == '"':
            return False
    return True


def _length(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))
