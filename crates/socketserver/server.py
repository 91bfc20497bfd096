from __future__ import annotations

import resource
import signal
import socket
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from typing import Callable

from crates.cli import ERRORS, reason
from crates.cli.address import Address
from crates.socketserver.allow import AllowList, canonical
from crates.socketserver.connection import Connection
from crates.socketserver.connection_table import ConnectionTable, Refused
from crates.socketserver.limits import ConnectionLimits, Timeouts
from crates.socketserver.log import INTERVAL, Log
from crates.socketserver.signals import on_signal
from crates.socketserver.stats import Stats

# The maximum length of the listener's backlog; the operating system may shorten it. A client that finds it full tries
# again after a second.
BACKLOG = 1024

# File descriptors that a process needs in addition to its connections, generously.
OTHER_DESCRIPTORS = 64

# How long to wait before another try to accept a connection or to start a thread, in seconds.
RETRY = 0.1

Handler = Callable[[Connection], None]


@dataclass(eq=False)
class Server:
    """A server for the clients of one listener. With limits, it serves each in a thread; without, one at a time.

    It handles Ctrl-C, SIGTERM and SIGUSR1 from now on. Create it before the process starts its first thread.
    """

    listener: socket.socket
    timeouts: Timeouts
    allow_list: AllowList
    limits: ConnectionLimits | None = None
    once: bool = False  # Whether the server shuts down after the first client that it has served.
    name: str = ""  # What its lines to the operator begin with.

    def __post_init__(self) -> None:
        limits = self.limits or ConnectionLimits(max_connections=1)
        self._table = ConnectionTable(self.timeouts, self.allow_list, limits)
        self._log = Log(self.name)
        self.listener.listen(BACKLOG)
        # Connections inherit it: each write is sent at once.
        self.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _raise_descriptor_limit(limits.max_connections + OTHER_DESCRIPTORS)
        on_signal(self._handle_signal)

    def run(self, handler: Handler) -> Stats:
        """Calls the handler with each client's connection until Ctrl-C, SIGTERM or shutdown()."""
        printed = self._table.status()
        threading.Thread(target=self._accept_loop, args=[handler], daemon=True).start()
        while not self._table.wait_for_shutdown(INTERVAL):
            self._log.print_left_out()
            status = self._table.status()
            if status != printed:
                self._log.print(status)
                printed = status
        # Wakes the thread in accept(), and refuses new clients.
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        stats = self._table.finish_shutdown()
        self._log.print_left_out(is_end=True)
        return stats

    def shutdown(self) -> None:
        """Does what Ctrl-C does: accepts no new clients, and gives open connections the grace period to finish.

        A second call ends the grace period.
        """
        self._table.request_shutdown()

    def _handle_signal(self, number: int) -> None:
        if number == signal.SIGUSR1:
            self._log.print(self._table.status())
        else:
            self.shutdown()

    def _accept_loop(self, handler: Handler) -> None:
        while not self._table.is_shutting_down():
            if self._table.is_full():
                self._wait_for_room()
                # Whoever waits in the backlog now is not refused: the listener closes.
                if self._table.is_shutting_down():
                    return
            try:
                stream, peer_addr = self.listener.accept()
            except ConnectionAbortedError:
                continue  # A client closed while it waited in the backlog; the next one may not have.
            except OSError as error:
                self._wait_for_descriptors(error)
                continue
            try:
                connection = self._table.insert(stream, Address(*peer_addr[:2]))
            except Refused as refused:
                # The warning comes first, then the client sees that it is refused.
                self._log.warn(str(refused), f"refused {canonical(peer_addr[0])}: {refused}")
                stream.close()
                continue
            if self.limits:
                self._start_thread(handler, connection)
            else:
                self._serve(handler, connection)

    def _wait_for_room(self) -> None:
        limits = self.limits
        if limits and limits.when_full == "wait":
            # That a server for one client at a time is busy is not worth a warning.
            if limits.max_connections > 1:
                text = "connections are in use; new clients wait in the backlog (--max-connections)"
                self._log.warn("full", f"all {limits.max_connections} {text}")
            self._table.wait_for_room()

    def _wait_for_descriptors(self, error: OSError) -> None:
        if not self._table.is_shutting_down():
            text = "new clients wait in the backlog (`ulimit -n` limits open files)"
            self._log.warn("descriptors", f"cannot accept connections: {reason(error)}; {text}")
            time.sleep(RETRY)

    def _start_thread(self, handler: Handler, connection: Connection) -> None:
        """Serves a client in a thread, as soon as there is one."""
        while not self._table.is_shutting_down():
            try:
                threading.Thread(target=self._serve, args=[handler, connection], daemon=True).start()
                return
            except RuntimeError as error:
                self._log.warn("threads", f"cannot start a thread: {error}; new clients wait in the backlog")
                time.sleep(RETRY)

    def _serve(self, handler: Handler, connection: Connection) -> None:
        """Calls the handler. Its failure affects this connection only."""
        is_completed = False
        try:
            handler(connection)
            is_completed = True
        except ERRORS as error:
            # Thousands may be open at shutdown; the server's last line counts them.
            if not connection.is_shutting_down():
                self._log.print_failure(connection.peer_addr, reason(error))
        except Exception:
            text = f"the handler has a bug; closed its connection\n{traceback.format_exc()}"
            self._log.print_failure(connection.peer_addr, text)
        self._table.remove(connection, is_completed)
        connection.stream.close()
        if self.once:
            self.shutdown()


def _raise_descriptor_limit(wanted: int) -> None:
    """Lets the process open as many files, if its limit is lower and it is allowed to raise it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
