import resource
import signal
import socket
import socketserver
import threading
import time
import traceback
from collections import Counter
from contextlib import suppress
from dataclasses import replace

from crates.cli import ERRORS, reason, warn
from crates.socketserver import signals
from crates.socketserver.allow import canonical, is_allowed
from crates.socketserver.connection import DRAIN_TIMEOUT, Connection, CloseCause
from crates.socketserver.limits import ConnectionLimits
from crates.socketserver.monitor import Monitor, Status
from crates.socketserver.stats import Stats

# How many clients the system keeps waiting until they are accepted; fewer where it allows fewer.
BACKLOG = 1024

# How long to wait for a socket or a thread before it is tried again, unless a client leaves sooner; in seconds.
PAUSE = 0.5

# What wakes the thread that serves to look again; other bytes are the numbers of signals.
CHANGED = b"\0"


class Server:
    """Creates servers."""

    @staticmethod
    def sequential(listener, timeouts, allow_list):
        """Creates a server that serves one client at a time."""
        return _SequentialServer(listener, timeouts, allow_list)

    @staticmethod
    def threaded(listener, timeouts, allow_list, limits, name=None):
        """Creates a server that serves many clients at a time, each in a thread."""
        return _ThreadedServer(listener, timeouts, allow_list, limits, name)


class _SequentialServer(socketserver.TCPServer):
    """Serves one client at a time, the next when it is done.

    It is made in the main thread, and may serve in any. Where a process has several, each can have a name, with which
    the lines to its operator begin.
    """

    def __init__(self, listener, limits, allow_list, crowd=ConnectionLimits(max_connections=1), name=None):
        # Not TCPServer's own, which would make a socket.
        socketserver.BaseServer.__init__(self, listener.getsockname(), None)
        listener.listen(BACKLOG)
        # Connections have it from their listener: an answer goes out at once.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = listener
        self._limits, self._allow_list, self._crowd = limits, allow_list, crowd
        self._prefix = f"{name}: " if name else ""
        self._open = {}
        self._per_address = Counter()
        self._served = Stats()
        self._monitor = Monitor()
        self._rests = False  # The thread that serves waits with no time set: it has to be told that something changed.
        self._noticed = {}
        self._changed = threading.Condition()  # Guards all of these; told when a client leaves and at the end.
        self._ending = False
        # What run() waits for: a byte, a signal's or CHANGED.
        self._told, self._teller = socket.socketpair()
        self._teller.setblocking(False)
        signals.tell(self._teller)

    def run(self, handler):
        """Calls the handler with the clients' connections until Ctrl-C or SIGTERM; returns how they were served."""
        return self._serve(handler, once=False)

    def run_once(self, handler):
        """Calls the handler with the first client's connection, and ends."""
        return self._serve(handler, once=True)

    def _serve(self, handler, once):
        self._handler, self._once = handler, once
        threading.Thread(target=self._accept, daemon=True).start()
        self._wait_until_told(None)
        with self._changed:
            self._ending = True
            self._changed.notify_all()
            open_ones = list(self._open.values())
        with suppress(OSError):
            # Wakes the thread that waits for clients, and sends newcomers away.
            self.socket.shutdown(socket.SHUT_RDWR)
        if open_ones:
            self._wait_until_told(self._limits.grace)
        with self._changed:
            open_ones = list(self._open.values())
        for connection in open_ones:
            connection.end(CloseCause.ENDING)
        if open_ones:
            self._wait_until_told(DRAIN_TIMEOUT)
        with self._changed:
            open_ones = list(self._open.values())
            # A copy: those left behind are counted, and not once more when they return after all.
            served = replace(self._served, closed_at_shutdown=self._served.closed_at_shutdown + len(open_ones))
        for connection in open_ones:
            connection.cut()
        signals.tell_no_more(self._teller)
        return served

    def _wait_until_told(self, seconds):
        """Until a signal to end comes, or the last client has left at the end; `seconds` at most. Tells the operator
        meanwhile what goes on: when it is due, and at SIGUSR1."""
        end = None if seconds is None else time.monotonic() + seconds
        while not (self._ending and not self._open):
            times = [self._tell_news(), None if end is None else end - time.monotonic()]
            rest = min((time for time in times if time is not None), default=None)
            if rest is not None and rest <= 0:
                return
            self._told.settimeout(rest)
            try:
                told = self._told.recv(1)
            except socket.timeout:
                continue
            if told == bytes([signal.SIGUSR1]):
                self._tell()
            elif told != CHANGED:
                return

    def _tell_news(self):
        """Tells how things stand where that is due; returns how long until the next look, or None: until something
        changes."""
        with self._changed:
            status, now = self._status(), time.monotonic()
            is_due = self._monitor.is_due(status, now)
            rest = self._monitor.rest(status, now)
            self._rests = rest is None
        if is_due:
            self._say(status)
        return rest

    def _tell(self):
        with self._changed:
            status = self._status()
            self._monitor.told(status)
        self._say(status)

    def _status(self):
        return Status(len(self._open), str(self._served))

    def _wake(self):
        with suppress(OSError):
            self._teller.send(CHANGED)

    def _accept(self):
        while not self._ending:
            super().handle_request()

    # From here on, what Python's server calls, in the order in which it does.

    def get_request(self):
        """The next client, once there is a place for it."""
        with self._changed:
            while self._is_full() and self._crowd.when_full == "wait" and not self._ending:
                self._changed.wait()
        try:
            return super().get_request()
        except OSError as error:
            if not self._ending and not isinstance(error, ConnectionAbortedError):
                self._notice(
                    "sockets",
                    f"cannot accept connections: {reason(error)}; new clients wait in the backlog "
                    "(`ulimit -n` shows how many files may be open)",
                )
                self._pause()
            raise  # Python's server goes on.

    def verify_request(self, request, client_address):
        """Admits a client, or has it closed."""
        host, crowd, refused = client_address[0], self._crowd, self._served.refused
        allowed = is_allowed(host, self._allow_list.allow)
        with self._changed:
            if self._ending:
                return False
            if self._rests:
                self._rests = False
                self._wake()
            if not allowed:
                self._notice(
                    "not allowed", f"refused {canonical(host)}: not allowed by --allow"
                )
                refused.not_in_allow += 1
                return False
            if self._is_full():
                self._notice(
                    "too many",
                    f"refused {canonical(host)}: all {crowd.max_connections} connections are in use (--max-connections)",
                )
                refused.over_max_connections += 1
                return False
            if crowd.max_per_address is not None and self._per_address[host] >= crowd.max_per_address:
                self._notice(
                    "from one address",
                    f"refused {canonical(host)}: it already has {crowd.max_per_address} connections "
                    "(--max-per-address)",
                )
                refused.over_max_per_address += 1
                return False
            self._open[request] = Connection(request, client_address, self._limits.deadline)
            self._per_address[host] += 1
            if self._is_full() and crowd.when_full == "wait" and crowd.max_connections > 1:
                self._notice(
                    "places",
                    f"all {crowd.max_connections} connections are in use; new clients wait in the backlog (--max-connections)",
                )
        return True

    def finish_request(self, request, client_address):
        """Has the client served. Its failure costs its own connection."""
        connection, completed = self._open[request], False
        try:
            self._handler(connection)
            completed = True
        except ERRORS as error:
            # Those closed at shutdown, thousands perhaps, are counted in the server's last line.
            if connection.close_cause is not CloseCause.ENDING:
                warn(f"{connection.peer_addr}: {reason(error)}")
        except Exception:
            traceback.print_exc()
            warn(f"{connection.peer_addr}: the handler panicked; closed its connection")
        finally:
            self._leave(request, connection, completed)

    def _leave(self, request, connection, completed):
        with self._changed:
            del self._open[request]
            self._per_address[connection.peer_addr.host] -= 1
            if not self._per_address[connection.peer_addr.host]:
                del self._per_address[connection.peer_addr.host]
            if completed:
                self._served.completed += 1
            elif connection.close_cause is None:
                self._served.failed += 1
            elif connection.close_cause is CloseCause.DEADLINE:
                self._served.timed_out += 1
            else:
                self._served.closed_at_shutdown += 1
            if self._once:
                self._ending = True
            if self._ending and not self._open:
                self._wake()
            self._changed.notify_all()

    def _is_full(self):
        return len(self._open) >= self._crowd.max_connections

    def _pause(self):
        with self._changed:
            self._changed.wait(PAUSE)

    def _notice(self, what, text):
        """A word to the operator, said of one thing once a minute at most however often it is true."""
        now = time.monotonic()
        if now - self._noticed.get(what, -60) >= 60:
            self._noticed[what] = now
            self._say(text)

    def _say(self, text):
        warn(f"{self._prefix}{text}")


class _ThreadedServer(socketserver.ThreadingMixIn, _SequentialServer):
    """Serves each client in a thread of its own."""

    daemon_threads = True

    # Descriptors that a server needs beside its connections, generously.
    OTHER_FILES = 64

    def __init__(self, listener, limits, allow_list, crowd, name=None):
        super().__init__(listener, limits, allow_list, crowd, name)
        # Where the system lets so few files be open that they would not do, but allows a program to ask for more.
        wanted = crowd.max_connections + self.OTHER_FILES
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def process_request(self, request, client_address):
        """Has a thread serve the client, as soon as there is one."""
        while not self._ending:
            try:
                return super().process_request(request, client_address)
            except RuntimeError as error:
                self._notice("threads", f"cannot start a thread: {error}; new clients wait in the backlog")
                self._pause()
