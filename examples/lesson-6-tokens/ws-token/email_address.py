"""E-mail addresses: what the Rust program uses the crate email_address for, in its words.

The standard library takes addresses apart, but says of none that it is wrong. What is a letter or a digit beyond ASCII
each language knows from its own tables. Python's have fewer: not the vowel signs that stand on another letter, as in
Hindi, not letters in circles, and none that are newer than the interpreter.
"""

_ATEXT = "!#$%&'*+-/=?^_`{|}~"

_INVALID_CHARACTER = "Invalid character."
_DISPLAY_NAME = "Display names are not supported."


def check_address(text):
    """One address and nothing else, at a domain with a point in it. That it has the form does not say that mail arrives
    there. Raises ValueError, which says what is wrong."""
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


def _check_local(local):
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


def _check_domain(domain):
    if not domain:
        raise ValueError("Domain is empty.")
    if _length(domain) > 254:
        raise ValueError("Domain is too long. Length limit: 254")
    if domain.startswith("[") and domain.endswith("]"):
        # An address of a machine, such as [127.0.0.1].
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


def _is_atom(text):
    return text != "" and all(char.isalnum() or char in _ATEXT for char in text)


def _is_quoted_text(text):
    """Visible ASCII and blanks; a quote or a backslash only after a backslash."""
    chars = iter(text)
    for char in chars:
        if char == "\\":
            # What it stands before, which no blank may be.
            if not "!" <= next(chars, " ") <= "~":
                return False
        elif not (char in " \t" or "!" <= char <= "~") or char == '"':
            return False
    return True


def _length(text):
    return len(text.encode("utf-8", "surrogateescape"))
