"""Chooses the code with which a server closes a session after a frame."""

from __future__ import annotations

MAX_MESSAGE = 40


def close_code(frame: bytes) -> int | None:
    """Returns the close code, or None if the frame is fine."""
    # Gap: every frame is a violation, and always of the same rule.
    return 1002
