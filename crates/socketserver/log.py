from __future__ import annotations

import time

from crates.cli import warn

# The time between two lines about the same, at least, in seconds.
INTERVAL = 60.0


class Log:
    """What a server reports to its operator on standard error."""

    def __init__(self, name: str) -> None:
        self._prefix = f"{name}: " if name else ""
        self._warned: dict[str, float] = {}  # When each kind of warning was printed last.

    def print(self, text: str) -> None:
        warn(f"{self._prefix}{text}")

    def warn(self, kind: str, text: str) -> None:
        """Prints a warning, unless one of its kind was printed in the last minute."""
        if self.is_due(kind, time.monotonic()):
            self.print(text)

    def is_due(self, kind: str, now: float) -> bool:
        if kind in self._warned and now - self._warned[kind] < INTERVAL:
            return False
        self._warned[kind] = now
        return True
