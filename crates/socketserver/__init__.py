"""Who may call: a server over a listening socket that no client can stop, built on Python's module `socketserver`.

A TCPServer serves one client at a time, a ThreadingTCPServer each in a thread, and a request handler (here a
function) is called with each connection. What Python's module leaves open is settled here (Limits, Crowd): a
connection has a deadline, whatever its client does or does not do; there are only so many at once, and from some
addresses none; a handler that fails costs its own connection; without descriptors or threads the server waits until
there are some; SIGUSR1 asks what goes on; Ctrl-C or SIGTERM ends it.
"""

from crates.socketserver.connection import Connection
from crates.socketserver.limits import Crowd, Limits
from crates.socketserver.served import Refused, Served
from crates.socketserver.server import TCPServer, ThreadingTCPServer

__all__ = ["Connection", "Crowd", "Limits", "Refused", "Served", "TCPServer", "ThreadingTCPServer"]
