# Compares only the hosts, so the scheme and the port may differ.

from urllib.parse import urlsplit


def is_allowed(origin: str, allowed: str) -> bool:
    return urlsplit(origin).hostname == urlsplit(allowed).hostname
