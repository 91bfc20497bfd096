"""Who may call: a server over a listening socket that no client can stop.

A Server calls a handler, which is a function, with each client's Connection: one client at a time, or each in a thread.
"""

from crates.socketserver.allow import AllowList
from crates.socketserver.connection import Connection
from crates.socketserver.limits import ConnectionLimits, Timeouts
from crates.socketserver.server import Server
from crates.socketserver.stats import Rejections, Stats

__all__ = ["AllowList", "Connection", "ConnectionLimits", "Rejections", "Server", "Stats", "Timeouts"]
