from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import Iterator

from crates.cli.address import Address

# How long a handler may still write after its reads have ended, so that it can tell the client why. In seconds.
DRAIN_TIMEOUT = 0.25

# How many bytes a lingering close discards at most.
MAX_DISCARDED = 1 << 20


class Connection:
    """A client's connection, with a time limit. A handler calls `recv` and `sendall`, as on a socket.

    When the time is up, recv() raises TimeoutError, whatever the client sends meanwhile. When the server shuts down, it
    raises ConnectionAbortedError. In both cases the handler can still send for 250 ms.
    """

    def __init__(self, stream: socket.socket, peer_addr: Address, limit: float, reads_ended: threading.Event) -> None:
        self.stream = stream
        self.peer_addr = peer_addr
        # When reads end. None in a session, where each read and write may take the idle timeout.
        self._deadline: float | None = time.monotonic() + limit
        self._idle_timeout = limit
        # Whether the server has ended the reads of all its connections.
        self._reads_ended = reads_ended

    def set_idle_timeout(self, idle: float) -> None:
        """Begins a session: from now on, each recv() and sendall() may take this long, in seconds. Does nothing if time
        is up already."""
        if not self.is_timed_out():
            self._deadline, self._idle_timeout = None, idle

    def set_deadline(self, seconds: float) -> None:
        """Sets a deadline for everything from now on together. Does nothing if time is up already."""
        if not self.is_timed_out():
            self._deadline = time.monotonic() + seconds

    def recv(self, size: int) -> bytes:
        with self._time_limit():
            data = self.stream.recv(size)
            # At shutdown the server ends the input. On Linux, what arrives after that can still be read.
            if self.is_shutting_down():
                raise ConnectionAbortedError
            return data

    def sendall(self, data: bytes) -> None:
        with self._time_limit(DRAIN_TIMEOUT):
            self.stream.sendall(data)

    def lingering_close(self) -> None:
        """Shuts down the write half, then discards input until the client closes, for at most 250 ms or 1 MiB.

        A connection that is closed with bytes unread is reset, and the reset can overtake what was sent last (RFC 1122,
        section 4.2.2.13).
        """
        end = time.monotonic() + DRAIN_TIMEOUT
        discarded = 0
        with suppress(OSError):
            self.stream.shutdown(socket.SHUT_WR)
            while discarded < MAX_DISCARDED and (left := end - time.monotonic()) > 0:
                self.stream.settimeout(left)
                count = len(self.stream.recv(1 << 16))
                if count == 0:
                    return
                discarded += count

    def is_shutting_down(self) -> bool:
        """Whether the server ends this connection because it shuts down, which is not the client's fault."""
        return self._reads_ended.is_set()

    def is_timed_out(self) -> bool:
        return self._deadline is not None and self._deadline <= time.monotonic()

    @contextmanager
    def _time_limit(self, extra: float = 0) -> Iterator[None]:
        """Limits a read or write to the time that is left, and explains why the server ended it."""
        now = time.monotonic()
        try:
            if self._deadline is not None and self._deadline + extra <= now:
                raise TimeoutError
            self.stream.settimeout(self._idle_timeout if self._deadline is None else self._deadline + extra - now)
            yield
        except OSError as error:
            if self.is_shutting_down():
                raise ConnectionAbortedError("the server is shutting down") from None
            if not isinstance(error, (TimeoutError, socket.timeout)):
                raise
            # The end of the connection also in a session, and also if the timeout expired a moment early.
            now = time.monotonic()
            self._deadline = now if self._deadline is None else min(self._deadline, now)
            raise TimeoutError("the deadline passed") from None
