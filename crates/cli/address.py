"""HOST:PORT on a command line, and errors that say what to do about an address."""

from __future__ import annotations

import errno
import socket
from argparse import ArgumentParser, ArgumentTypeError
from contextlib import AbstractContextManager, contextmanager
from typing import Callable, Iterator, NamedTuple

from crates.cli import Error, reason


class Address(NamedTuple):
    """A host, as a name or an IP address, and a port: `localhost:9527`, `127.0.0.1:0`, `[::1]:9527`.

    It is a tuple that `socket.bind` and `socket.create_connection` accept.
    """

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """Parses an address. The `type` of an option."""
        host, _, port = text.rpartition(":")
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
        elif any(mark in host for mark in "[:]"):
            # In `::1`, nothing separates the host from the port.
            host = ""
        if not host or not (port.isascii() and port.isdecimal()) or int(port) > 65535:
            raise ArgumentTypeError("expected HOST:PORT, such as 127.0.0.1:9527 or localhost:9527")
        return cls(host, int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def family(self) -> socket.AddressFamily:
        """The address family of a socket for this host."""
        return socket.AF_INET6 if ":" in self.host else socket.AF_INET

    def explain_listen_errors(self) -> AbstractContextManager[None]:
        """Explains why `bind` failed for this address: `with address.explain_listen_errors(): ...`."""
        return self._explain_errors("listen on", _why_not_listening)

    def explain_connect_errors(self) -> AbstractContextManager[None]:
        """Explains why a connection to this address failed: `with address.explain_connect_errors(): ...`."""
        return self._explain_errors("connect to", _why_not_connected)

    @contextmanager
    def _explain_errors(self, action: str, why: Callable[[OSError], str]) -> Iterator[None]:
        try:
            yield
        except (socket.gaierror, UnicodeError):
            raise Error(f"cannot resolve {self.host}: unknown host; check the spelling") from None
        except OSError as error:
            raise Error(f"cannot {action} {self}: {why(error)}") from None


def add_listen_option(parser: ArgumentParser) -> None:
    """Adds the option --listen, for a server."""
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        type=Address.parse,
        default="127.0.0.1:9527",
        help="Address to listen on; port 0 chooses a free port [default: %(default)s]",
    )


def local_address(listener: socket.socket) -> Address:
    """Returns the address that a socket listens on."""
    return Address(*listener.getsockname()[:2])


def _why_not_listening(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "the port is in use; stop the program that uses it or choose another port with --listen"
    if error.errno == errno.EADDRNOTAVAIL:
        return "this machine has no such address; use 127.0.0.1"
    if isinstance(error, PermissionError):
        return "permission denied; choose a port above 1023"
    return reason(error)


def _why_not_connected(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there; start the server first, or set its address with --connect"
    if isinstance(error, (TimeoutError, socket.timeout)):
        return "no response in time; check the address"
    return reason(error)
