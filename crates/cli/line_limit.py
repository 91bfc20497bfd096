from __future__ import annotations

import threading
import time
from collections import Counter
from ipaddress import IPv6Address, ip_address

# The maximum number of lines about one address per minute.
MAX_LINES = 100

_INTERVAL = 60.0


class LineLimit:
    """Limits how many lines of a log are about one address, so that no client can fill the disk. Counts what is left
    out."""

    def __init__(self) -> None:
        """Begins the first minute."""
        self._lock = threading.Lock()
        self._start = time.monotonic()
        self._lines: Counter[str] = Counter()

    def permits(self, address: str) -> bool:
        """Counts a line about this address, and returns whether to write it."""
        with self._lock:
            self._lines[address] += 1
            return self._lines[address] <= MAX_LINES

    def left_out(self) -> list[str]:
        """Ends the minute if it is over.

        Returns a line for each address that had too many: `and 4,210 more from 127.0.0.1`.
        """
        return self._left_out_at(time.monotonic())

    def finish(self) -> list[str]:
        """Like left_out(), but ends the minute early: for the end of a log."""
        return self._left_out_at(time.monotonic() + _INTERVAL)

    def _left_out_at(self, now: float) -> list[str]:
        with self._lock:
            if now - self._start < _INTERVAL:
                return []
            self._start = now
            too_many = {address: lines - MAX_LINES for address, lines in self._lines.items() if lines > MAX_LINES}
            self._lines.clear()
        return [f"and {lines:,} more from {_canonical(address)}" for address, lines in too_many.items()]


def _canonical(address: str) -> str:
    """Returns an IPv4 address without the form that it has on an IPv6 socket."""
    ip = ip_address(address)
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return str(mapped or ip)
