"""Durations as people write them, `3s`, `500ms`, `1h 30m`: what the Rust programs use the crate humantime for.

A duration is a number of seconds, as everywhere in Python.
"""

import re
from argparse import ArgumentTypeError

_NAMES = {
    1e-9: ["nanos", "nsec", "ns"],
    1e-6: ["usec", "us", "µs"],
    1e-3: ["millis", "msec", "ms"],
    1: ["seconds", "second", "secs", "sec", "s"],
    60: ["minutes", "minute", "mins", "min", "m"],
    3600: ["hours", "hour", "hrs", "hr", "h"],
    86400: ["days", "day", "d"],
    7 * 86400: ["weeks", "week", "wks", "wk", "w"],
}
_SECONDS = {name: seconds for seconds, names in _NAMES.items() for name in names}
_PART = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-zA-Zµ]*)\s*")


def parse_duration(text):
    """The duration that the text says, or what is wrong with it, for the user."""
    if not text.strip():
        raise ArgumentTypeError("value was empty")
    total, at = 0, 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            raise ArgumentTypeError(f"expected number at {at}")
        number, unit = part.groups()
        if not unit:
            raise ArgumentTypeError(f"time unit needed, for example {number}sec or {number}ms")
        if unit not in _SECONDS:
            raise ArgumentTypeError(f'unknown time unit "{unit}", supported units: ns, us, ms, sec, min, hours, days, weeks')
        total += float(number) * _SECONDS[unit]
        at = part.end()
    return total


def nonzero_duration(text):
    """A duration such as `3s`, `500ms` or `2m`, and more than none."""
    time = parse_duration(text)
    if time == 0:
        raise ArgumentTypeError("the duration must be greater than zero")
    return time


def format_duration(seconds):
    """As parse_duration() reads it: `30s`, `1m 30s`."""
    left = round(seconds * 1000)
    parts = []
    for length, unit in [(86400000, "day"), (3600000, "h"), (60000, "m"), (1000, "s"), (1, "ms")]:
        count, left = divmod(left, length)
        if count:
            parts.append(f"{count}{unit}{'s' if unit == 'day' and count > 1 else ''}")
    return " ".join(parts) or "0s"
