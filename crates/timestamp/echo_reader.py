from __future__ import annotations

from crates.timestamp import LEN, is_timestamp, may_become_timestamp


class NotAnEcho(ValueError):
    """The server replied with something that was not sent to it."""

    def __init__(self) -> None:
        super().__init__("the server's reply is not an echo of the message")


class EchoReader:
    """Reads an echo: a message that comes back from a server that puts a timestamp before each piece that it received.

    Nothing on the wire marks the end of an echo. If the network split the message, there are further timestamps inside.
    But the client knows what it sent: the echo is complete when, apart from timestamps, all of that has come back.
    """

    def __init__(self, message: bytes) -> None:
        self._message = message
        self._missing = message
        self._timestamp = b""
        # Bytes that may be the beginning of a timestamp: fewer than LEN.
        self._held = b""

    def feed(self, data: bytes) -> None:
        """Adds the next bytes from the server. Raises NotAnEcho if they are neither a timestamp nor the message."""
        rest = self._held + data
        while rest and not self._needs_more_than(rest):
            rest = self._strip_timestamp_or_text(rest)
        self._held = rest

    def is_complete(self) -> bool:
        """Whether all of the message has come back."""
        return not self._missing

    def timestamped(self) -> bytes:
        """Returns the message with the first timestamp before it."""
        return self._timestamp + self._message

    def _needs_more_than(self, data: bytes) -> bool:
        """Whether these bytes may be part of a timestamp or of the message, so that only more bytes can tell."""
        # Exactly what is missing completes the echo; but an echo begins with a timestamp.
        is_the_rest = self._timestamp != b"" and data == self._missing
        return len(data) < LEN and may_become_timestamp(data) and not is_the_rest

    def _strip_timestamp_or_text(self, data: bytes) -> bytes:
        # A message may contain text that looks like a timestamp; but an echo begins with a real one.
        if is_timestamp(data) and not (self._timestamp and self._missing.startswith(data[:LEN])):
            self._timestamp = self._timestamp or data[:LEN]
            return data[LEN:]
        next_bracket = data.find(b"[", 1)
        text = data if next_bracket == -1 else data[:next_bracket]
        if not self._missing.startswith(text):
            raise NotAnEcho
        self._missing = self._missing[len(text) :]
        return data[len(text) :]
