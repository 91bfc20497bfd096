"""HOST:PORT as it is given on a command line: listen there, connect there, with errors that say what to do."""

import errno
import socket
import time
from argparse import ArgumentTypeError

from crates.cli import reason


class Address:
    """A host, by name or number, and a port: `localhost:9527`, `127.0.0.1:0`, `[::1]:9527`."""

    def __init__(self, host, port):
        self.host, self.port = host, port

    @classmethod
    def parse(cls, text):
        """The address that the text says; an option's `type`."""
        host, _, port = text.rpartition(":")
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
        elif any(mark in host for mark in "[:]"):
            # In `::1` no one can tell host from port.
            host = ""
        if not host or not (port.isascii() and port.isdecimal()) or int(port) > 65535:
            raise ArgumentTypeError("expected HOST:PORT, such as 127.0.0.1:9527 or localhost:9527")
        return cls(host, int(port))

    def __str__(self):
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def listen(self):
        """Listens here. Port 0 takes any that is free; local_address() tells which."""
        failure = None
        for family, kind, protocol, _, address in self._resolve():
            listener = socket.socket(family, kind, protocol)
            try:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind(address)
                listener.listen()
                return listener
            except OSError as error:
                listener.close()
                failure = error
        raise OSError(f"cannot listen on {self}: {_why_not_listening(failure)}")

    def connect(self, timeout):
        """Connects to the first of the host's addresses that answers, all of them within `timeout`."""
        end = time.monotonic() + timeout
        failure = TimeoutError()
        for family, kind, protocol, _, address in self._resolve():
            left = end - time.monotonic()
            if left <= 0:
                break
            stream = socket.socket(family, kind, protocol)
            try:
                stream.settimeout(left)
                stream.connect(address)
                return stream
            except OSError as error:
                stream.close()
                failure = error
        raise OSError(f"cannot connect to {self}: {_why_not_connected(failure)}")

    def _resolve(self):
        try:
            return socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise OSError(
                f"cannot resolve {self.host}: unknown host; check the spelling"
            ) from None


def local_address(listener):
    """Where a socket listens."""
    return Address(*listener.getsockname()[:2])


def _why_not_listening(error):
    if error.errno == errno.EADDRINUSE:
        return "the port is in use; stop the program that uses it or choose another port with --listen"
    if error.errno == errno.EADDRNOTAVAIL:
        return "this machine has no such address; use 127.0.0.1"
    if isinstance(error, PermissionError):
        return "permission denied; choose a port above 1023"
    return reason(error)


def _why_not_connected(error):
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there; start the server first, or set its address with --connect"
    if isinstance(error, (TimeoutError, socket.timeout)):
        return "no response in time; check the address"
    return reason(error)
