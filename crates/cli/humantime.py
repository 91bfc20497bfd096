"""Durations as people write them: `3s`, `500ms`, `1h 30m`. The Rust programs use the crate humantime for this.

A duration is a number of seconds, as everywhere in Python.
"""

from __future__ import annotations

import re
from argparse import ArgumentTypeError

_UNITS = {
    "nanos nsec ns": 1e-9,
    "usec us µs": 1e-6,
    "millis msec ms": 1e-3,
    "seconds second secs sec s": 1,
    "minutes minute mins min m": 60,
    "hours hour hrs hr h": 3600,
    "days day d": 86400,
    "weeks week wks wk w": 7 * 86400,
    "months month M": 30.44 * 86400,
    "years year yrs yr y": 365.25 * 86400,
}
_SECONDS = {name: seconds for names, seconds in _UNITS.items() for name in names.split()}
_PART = re.compile(rf"([0-9]+(?:\.[0-9]+)?)\s*({'|'.join(_SECONDS)})(?![a-zA-Z])\s*")


def parse_duration(text: str) -> float:
    """Parses a duration such as `3s`, `500ms` or `1h 30m`. The `type` of an option."""
    rest = text.strip()
    total = 0.0
    while part := _PART.match(rest):
        total += float(part[1]) * _SECONDS[part[2]]
        rest = rest[part.end() :]
    if rest or not text.strip():
        raise ArgumentTypeError("expected a duration such as 3s, 500ms or 1h 30m")
    return total


def nonzero_duration(text: str) -> float:
    """Like parse_duration(), but rejects zero."""
    duration = parse_duration(text)
    if duration == 0:
        raise ArgumentTypeError("the duration must be greater than zero")
    return duration


def format_duration(seconds: float) -> str:
    """Returns a duration in the form that parse_duration() reads: `30s`, `1m 30s`."""
    left = round(seconds * 1000)
    parts = []
    for length, unit in [(86400000, "day"), (3600000, "h"), (60000, "m"), (1000, "s"), (1, "ms")]:
        count, left = divmod(left, length)
        if count:
            parts.append(f"{count}{unit}{'s' if unit == 'day' and count > 1 else ''}")
    return " ".join(parts) or "0s"
