"""Who may call: a server over a listening socket that no client can stop, built on Python's module `socketserver`.

A SequentialServer serves one client at a time, a ThreadedServer each in a thread, and a request handler (here a
function) is called with each connection. What Python's module leaves open is settled here (Timeouts, ConnectionLimits): a
connection has a deadline, whatever its client does or does not do; there are only so many at once, and from some
addresses none; a handler that fails costs its own connection; without descriptors or threads the server waits until
there are some; SIGUSR1 asks what goes on; Ctrl-C or SIGTERM ends it.
"""

from crates.socketserver.connection import Connection
from crates.socketserver.limits import ConnectionLimits, Timeouts
from crates.socketserver.stats import Rejections, Stats
from crates.socketserver.server import SequentialServer, ThreadedServer

__all__ = ["Connection", "ConnectionLimits", "Timeouts", "Rejections", "Stats", "SequentialServer", "ThreadedServer"]
