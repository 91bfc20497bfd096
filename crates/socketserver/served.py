from dataclasses import dataclass


@dataclass
class Served:
    """What a server has done with its clients: its last line."""

    completed: int = 0  # Connections whose handler returned.
    timed_out: int = 0  # Connections that were cut because their deadline passed.
    failed: int = 0  # Connections whose handler failed.
    cut: int = 0  # Connections that were still open when the grace time was over.
    refused: int = 0  # Connections closed at once, because there were too many.

    def __str__(self):
        everyone = self.completed + self.timed_out + self.failed + self.cut
        return (
            f"served {everyone}: {self.completed} completed, {self.timed_out} timed out, {self.failed} failed, "
            f"{self.cut} cut at the end; refused {self.refused}"
        )
