"""Staying up: an accept loop over a listening socket that no client can stop.

A Server calls a handler, which is a function, with each client's Connection: one client at a time, or each in a thread.
Around the handler it adds what Python's module `socketserver` leaves open: deadlines, limits, an allow list, survival
without file descriptors or threads, and a shutdown with a grace period. src/lib.rs is the same in Rust.
"""

from crates.socketserver.allow import AllowList
from crates.socketserver.connection import Connection
from crates.socketserver.limits import ConnectionLimits, Timeouts
from crates.socketserver.server import Server
from crates.socketserver.stats import Stats

__all__ = ["AllowList", "Connection", "ConnectionLimits", "Server", "Stats", "Timeouts"]
