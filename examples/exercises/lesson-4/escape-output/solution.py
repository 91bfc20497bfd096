"""Makes bytes from a peer ready for the log."""

import unicodedata


def escape(data: bytes) -> str:
    """Returns the bytes as text that cannot control a terminal."""
    text = data.decode(errors="backslashreplace")
    return "".join(f"\\u{{{ord(char):x}}}" if unicodedata.category(char) == "Cc" else char for char in text)
