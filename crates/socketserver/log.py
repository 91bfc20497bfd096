from __future__ import annotations

import time

from crates.cli import warn
from crates.cli.address import Address
from crates.cli.line_limit import LineLimit

# The time between two lines about the same, at least, in seconds.
INTERVAL = 60.0


class Log:
    """What a server reports to its operator on standard error."""

    def __init__(self, name: str) -> None:
        self._prefix = f"{name}: " if name else ""
        self._warned: dict[str, float] = {}  # When each kind of warning was printed last.
        self._failures = LineLimit()

    def print(self, text: str) -> None:
        warn(f"{self._prefix}{text}")

    def warn(self, kind: str, text: str) -> None:
        """Prints a warning, unless one of its kind was printed in the last minute."""
        if self.is_due(kind, time.monotonic()):
            self.print(text)

    def print_failure(self, peer_addr: Address, reason: str) -> None:
        """Prints why a client's connection failed, unless there were too many lines about its address."""
        if self._failures.permits(peer_addr.host):
            warn(f"{peer_addr}: {reason}")

    def print_left_out(self, is_end: bool = False) -> None:
        """Prints how many failures were left out, if a minute is over or the server is at its end."""
        for line in self._failures.finish() if is_end else self._failures.left_out():
            self.print(line)

    def is_due(self, kind: str, now: float) -> bool:
        if kind in self._warned and now - self._warned[kind] < INTERVAL:
            return False
        self._warned[kind] = now
        return True
