from dataclasses import dataclass, field


@dataclass
class Refused:
    """How many connections were closed at once, and why."""

    too_many: int = 0  # As many as may be were open.
    from_one_address: int = 0  # As many as may be were open from their address.
    not_allowed: int = 0  # Their address is not one that may connect.

    def __str__(self):
        whys = [
            (self.too_many, "over --max-connections"),
            (self.from_one_address, "over --max-per-address"),
            (self.not_allowed, "not in --allow"),
        ]
        everyone = sum(count for count, _ in whys)
        parts = ", ".join(f"{count} {why}" for count, why in whys if count)
        return f"{everyone} ({parts})" if parts else "0"


@dataclass
class Served:
    """What a server has done with its clients: its last line."""

    completed: int = 0  # Connections whose handler returned.
    timed_out: int = 0  # Connections that were cut because their deadline passed.
    failed: int = 0  # Connections whose handler failed.
    cut: int = 0  # Connections that were still open when the grace time was over.
    refused: Refused = field(default_factory=Refused)  # Connections closed at once.

    def __str__(self):
        everyone = self.completed + self.timed_out + self.failed + self.cut
        return (
            f"served {everyone}: {self.completed} completed, {self.timed_out} timed out, {self.failed} failed, "
            f"{self.cut} closed at shutdown; refused {self.refused}"
        )
