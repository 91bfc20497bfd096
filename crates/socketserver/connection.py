import enum
import socket
import time
from contextlib import suppress

from crates.cli.address import Address

# How long a handler may still write once its reads have ended: to say why, before all is cut. In seconds.
DRAIN_TIMEOUT = 0.25

# The most that is taken and thrown away while a client that was hung up on has not closed, in bytes.
MAX_UNREAD = 1 << 20


class CloseCause(enum.Enum):
    """Why the server cut a connection."""

    DEADLINE = "the deadline passed"
    ENDING = "the server is shutting down"


class Connection:
    """A client's connection, as its handler gets it: to read from and to write to, as a socket is.

    It has a deadline, for all its reads and writes together, however its client draws them out. When that passes, or the
    server ends, reads end, and writes DRAIN_TIMEOUT later.
    """

    def __init__(self, stream, peer, allowed):
        self.peer_addr = Address(*peer[:2])
        self.close_cause = None
        self._stream = stream
        self._deadline = time.monotonic() + allowed
        self._idle = None  # What each read of a session renews the deadline to; None where none does.

    def set_idle_timeout(self, idle):
        """The handshake is done and a session begins: from now on the deadline is `idle` after the last read."""
        if not self._is_over():
            self._idle = idle
            self._deadline = time.monotonic() + idle

    def set_deadline(self, seconds):
        """From now on there is this much time, for all that follows: reads do not renew it."""
        if not self._is_over():
            self._idle = None
            self._deadline = time.monotonic() + seconds

    def recv(self, size):
        data = self._in_time(self._stream.recv, size, self._deadline)
        # A cut shows as an end of input, or not at all while there is input left; told is why.
        if self.close_cause is not None:
            raise self._told()
        if data and self._idle is not None:
            self._deadline = time.monotonic() + self._idle
        return data

    def sendall(self, data):
        self._in_time(self._stream.sendall, data, self._deadline + DRAIN_TIMEOUT)

    def lingering_close(self):
        """Says nothing more, and throws away what still comes until the client closes too, for DRAIN_TIMEOUT at most.

        Where bytes are left unread, the system resets a connection that is closed (RFC 1122, section 4.2.2.13), and the
        reset may overtake what was said last.
        """
        end = min(time.monotonic(), self._deadline) + DRAIN_TIMEOUT
        unread = MAX_UNREAD
        with suppress(OSError):
            self._stream.shutdown(socket.SHUT_WR)
            while unread > 0:
                # With no time left it takes what is there, and fails where there is nothing.
                self._stream.settimeout(max(end - time.monotonic(), 0))
                piece = self._stream.recv(min(unread, 1 << 16))
                if not piece:
                    return
                unread -= len(piece)

    def is_shutting_down(self):
        """Whether it was cut because the server ends, which is no fault of its client."""
        return self.close_cause is CloseCause.ENDING

    def end(self, why):
        """Ends all reads, one that is under way too. Writes may go on, for the last word."""
        self.close_cause = self.close_cause or why
        self._shutdown(socket.SHUT_RD)

    def cut(self):
        """Ends all writes too."""
        self._shutdown(socket.SHUT_RDWR)

    def _shutdown(self, how):
        with suppress(OSError):  # The client has gone already, which is as good.
            self._stream.shutdown(how)

    def _is_over(self):
        # Nobody looks after the deadline but those whom it concerns.
        if self.close_cause is None and time.monotonic() >= self._deadline:
            self.close_cause = CloseCause.DEADLINE
        return self.close_cause is not None

    def _in_time(self, call, argument, end):
        left = end - time.monotonic()
        try:
            if left <= 0:
                raise socket.timeout
            self._stream.settimeout(left)
            return call(argument)
        except socket.timeout:
            self.close_cause = self.close_cause or CloseCause.DEADLINE
        except OSError:
            # A cut shows as a broken pipe; told is why.
            if self.close_cause is None:
                raise
        raise self._told()

    def _told(self):
        if self.close_cause is CloseCause.DEADLINE:
            return TimeoutError(self.close_cause.value)
        return ConnectionAbortedError(self.close_cause.value)
