"""Makes bytes from a peer ready for the log."""


def escape(data: bytes) -> str:
    """Returns the bytes as text."""
    # Weak: the text may contain what a terminal obeys.
    return data.decode(errors="replace")
