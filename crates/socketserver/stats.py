from dataclasses import dataclass, field


@dataclass
class Rejections:
    """How many connections were closed at once, and why."""

    over_max_connections: int = 0  # As many as may be were open.
    over_max_per_address: int = 0  # As many as may be were open from their address.
    not_in_allow: int = 0  # Their address is not one that may connect.

    def __str__(self):
        whys = [
            (self.over_max_connections, "over --max-connections"),
            (self.over_max_per_address, "over --max-per-address"),
            (self.not_in_allow, "not in --allow"),
        ]
        everyone = sum(count for count, _ in whys)
        parts = ", ".join(f"{count} {why}" for count, why in whys if count)
        return f"{everyone} ({parts})" if parts else "0"


@dataclass
class Stats:
    """What a server has done with its clients: its last line."""

    completed: int = 0  # Connections whose handler returned.
    timed_out: int = 0  # Connections that were cut because their deadline passed.
    failed: int = 0  # Connections whose handler failed.
    closed_at_shutdown: int = 0  # Connections that were still open when the grace time was over.
    refused: Rejections = field(default_factory=Rejections)  # Connections closed at once.

    def __str__(self):
        everyone = self.completed + self.timed_out + self.failed + self.closed_at_shutdown
        return (
            f"served {everyone}: {self.completed} completed, {self.timed_out} timed out, {self.failed} failed, "
            f"{self.closed_at_shutdown} closed at shutdown; refused {self.refused}"
        )
