from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Stats:
    """How the connections of a server ended."""

    completed: int = 0  # Their handler returned.
    timed_out: int = 0  # Their handler failed after the deadline or the idle timeout.
    failed: int = 0  # Their handler failed for another reason.
    closed_at_shutdown: int = 0  # They were still open after the grace period.
    over_max_connections: int = 0  # Refused: the maximum number of connections was open.
    over_max_per_address: int = 0  # Refused: the maximum number of connections from their address was open.
    not_in_allow: int = 0  # Refused: their address is not in the allow list.

    def __str__(self) -> str:
        served = self.completed + self.timed_out + self.failed + self.closed_at_shutdown
        reasons = [
            (self.over_max_connections, "over --max-connections"),
            (self.over_max_per_address, "over --max-per-address"),
            (self.not_in_allow, "not in --allow"),
        ]
        refused = sum(count for count, _ in reasons)
        occurred = ", ".join(f"{count} {reason}" for count, reason in reasons if count)
        return (
            f"served {served}: {self.completed} completed, {self.timed_out} timed out, {self.failed} failed, "
            f"{self.closed_at_shutdown} closed at shutdown; refused {refused}{f' ({occurred})' if refused else ''}"
        )
