import enum
import socket
import time
from contextlib import suppress

from crates.address import Address


class Cut(enum.Enum):
    """Why the server cut a connection."""

    DEADLINE = "the deadline passed"
    ENDING = "the server is ending"


class Connection:
    """A client's connection, as its handler gets it: to read from and to write to, as a socket is.

    It has a deadline, for all its reads and writes together, however its client draws them out.
    """

    def __init__(self, stream, peer, allowed):
        self.peer = Address(*peer[:2])
        self.why_cut = None
        self._stream = stream
        self._deadline = time.monotonic() + allowed
        self._idle = None  # What each message of a session may take; None while the first deadline runs.

    def begin_session(self, idle):
        """The handshake is done and a session begins: from now on the deadline is `idle` after the last read."""
        self._idle = idle
        self._deadline = time.monotonic() + idle

    def recv(self, size):
        data = self._in_time(self._stream.recv, size)
        if data and self._idle is not None:
            self._deadline = time.monotonic() + self._idle
        return data

    def sendall(self, data):
        self._in_time(self._stream.sendall, data)

    def cut(self, why):
        """Ends all reads and writes, those under way too."""
        self.why_cut = self.why_cut or why
        with suppress(OSError):  # The client has gone already, which is as good.
            self._stream.shutdown(socket.SHUT_RDWR)

    def _in_time(self, call, argument):
        left = self._deadline - time.monotonic()
        try:
            if left <= 0:
                raise socket.timeout
            self._stream.settimeout(left)
            result = call(argument)
            # A cut shows as an end of input or a broken pipe; told is why.
            if result != b"" or self.why_cut is None:
                return result
        except socket.timeout:
            self.cut(Cut.DEADLINE)
        except OSError:
            if self.why_cut is None:
                raise
        if self.why_cut is Cut.DEADLINE:
            raise TimeoutError(self.why_cut.value)
        raise ConnectionAbortedError(self.why_cut.value)
