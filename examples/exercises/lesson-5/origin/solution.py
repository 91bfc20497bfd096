"""Decides whether a page may connect."""


def is_allowed(origin: str, allowed: str) -> bool:
    """Returns whether a page of this origin may connect, if only those of the allowed origin may."""
    return origin == allowed
