from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import replace

from crates.cli.address import Address
from crates.socketserver.allow import AllowList
from crates.socketserver.connection import DRAIN_TIMEOUT, Connection
from crates.socketserver.limits import ConnectionLimits, Timeouts
from crates.socketserver.stats import Stats


class Refused(Exception):
    """The allow list or a limit forbids a connection; the text is the reason, for the operator."""


class ConnectionTable:
    """The open connections, and how earlier ones ended."""

    def __init__(self, timeouts: Timeouts, allow_list: AllowList, limits: ConnectionLimits) -> None:
        self._timeouts, self._allow_list, self._limits = timeouts, allow_list, limits
        self._open: set[Connection] = set()
        self._stats = Stats()
        self._shutdown_requests = 0
        # Guards the three above. Notified when a connection ends, and when shutdown is requested.
        self._changed = threading.Condition()
        self._reads_ended = threading.Event()

    def insert(self, stream: socket.socket, peer_addr: Address) -> Connection:
        """Inserts a connection, unless the allow list or a limit forbids it: then it raises Refused."""
        host, limits, stats = peer_addr.host, self._limits, self._stats
        with self._changed:
            if not self._allow_list.permits(host):
                stats.not_in_allow += 1
                raise Refused("not allowed by --allow")
            if self.is_full():
                stats.over_max_connections += 1
                raise Refused(f"all {limits.max_connections} connections are in use (--max-connections)")
            from_host = sum(other.peer_addr.host == host for other in self._open) if limits.max_per_address else 0
            if limits.max_per_address and from_host >= limits.max_per_address:
                stats.over_max_per_address += 1
                raise Refused(f"it already has {limits.max_per_address} connections (--max-per-address)")
            connection = Connection(stream, peer_addr, self._timeouts.deadline, self._reads_ended)
            self._open.add(connection)
            return connection

    def remove(self, connection: Connection, is_completed: bool) -> None:
        """Removes a connection whose handler has returned, and counts how it ended."""
        with self._changed:
            self._open.remove(connection)
            if is_completed:
                self._stats.completed += 1
            elif connection.is_shutting_down():
                self._stats.closed_at_shutdown += 1
            elif connection.is_timed_out():
                self._stats.timed_out += 1
            else:
                self._stats.failed += 1
            self._changed.notify_all()

    def is_full(self) -> bool:
        return len(self._open) >= self._limits.max_connections

    def wait_for_room(self) -> None:
        """Waits until another connection is allowed, or the server shuts down."""
        with self._changed:
            self._changed.wait_for(lambda: not self.is_full() or self.is_shutting_down())

    def status(self) -> str:
        """Returns what SIGUSR1 prints: `1 open; served 0: ...`"""
        with self._changed:
            return f"{len(self._open)} open; {self._stats}"

    def request_shutdown(self) -> None:
        """Begins shutdown, or ends its grace period if it has begun already."""
        with self._changed:
            self._shutdown_requests += 1
            self._changed.notify_all()

    def is_shutting_down(self) -> bool:
        return self._shutdown_requests > 0

    def wait_for_shutdown(self, at_most: float) -> bool:
        """Waits until shutdown begins, for at most this long. Returns whether it has begun."""
        with self._changed:
            return self._changed.wait_for(self.is_shutting_down, at_most)

    def finish_shutdown(self) -> Stats:
        """Gives the open connections the grace period to finish, then closes those that remain."""
        with self._changed:
            self._changed.wait_for(lambda: not self._open or self._shutdown_requests > 1, self._timeouts.grace)
            self._reads_ended.set()
            self._shut_down_all(socket.SHUT_RD)
            self._changed.wait_for(lambda: not self._open, DRAIN_TIMEOUT)
            self._shut_down_all(socket.SHUT_RDWR)
            return replace(self._stats, closed_at_shutdown=self._stats.closed_at_shutdown + len(self._open))

    def _shut_down_all(self, how: int) -> None:
        for connection in self._open:
            # It fails if the client has closed already; then there is nothing to end.
            with suppress(OSError):
                connection.stream.shutdown(how)
