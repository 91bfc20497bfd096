from typing import NamedTuple

from crates.socketserver.stats import Stats


class Status(NamedTuple):
    """How things stand, in the words of the server's last line."""

    open: int
    served: str

    def __str__(self):
        return f"{self.open} open; {self.served}"


class Monitor:
    """When the operator is to be told how things stand: a minute after something changed, and each minute while it does.

    Connections that come and go do not call the monitor. It looks itself, as long as any is open, and then rests.
    """

    PACE = 60  # Seconds between two lines, at least.

    def __init__(self):
        self._told = Status(0, str(Stats()))
        self._due = None  # When it looks next; None while it rests.

    def is_due(self, status, now):
        """Whether this is to be told now."""
        if self._due is None or now < self._due:
            return False
        self._due = None
        changed = status != self._told
        self.told(status)
        return changed

    def rest(self, status, now):
        """How long it rests; None: until it is called, because nothing is open and all is told."""
        if status.open == 0 and status == self._told:
            self._due = None
            return None
        if self._due is None:
            self._due = now + self.PACE
        return self._due - now

    def told(self, status):
        """The operator has asked for it, and need not be told again."""
        self._told = status
