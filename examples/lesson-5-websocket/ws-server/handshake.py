"""The handshake of a session (RFC 6455, section 4.2): an HTTP request, and a response that agrees or says why not."""

from __future__ import annotations

import argparse
import re
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from websockets.utils import accept_key

from crates.cli import Error
from crates.cli.humantime import nonzero_duration
from crates.socketserver import Connection
from encryption import Channel
from origin import Origin
from request import TOKEN, Request, is_host, is_target

# The maximum length of a handshake, in bytes, and of its headers.
MAX_REQUEST = 8192
MAX_HEADERS = 124
# The maximum of --max-message, in bytes.
MAX_MAX_MESSAGE = 16 << 20

# A protocol is a name, and perhaps a version (RFC 9110, section 7.8).
PROTOCOL = rf"{TOKEN}(?:/{TOKEN})?"
# 16 bytes in base64: the lowest four of the last character's six bits belong to no byte.
KEY = r"[A-Za-z0-9+/]{21}[AQgw]=="


@dataclass(frozen=True)
class Rules:
    """Who may have a session, and what clients may send in it. Also the part of the command line that sets this."""

    idle: float
    max_message: int
    origins: tuple[Origin, ...] = ()

    @staticmethod
    def add_options(parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--idle",
            metavar="TIME",
            type=nonzero_duration,
            default="10m",
            help="Time limit for each message of a client [default: %(default)s]",
        )
        parser.add_argument(
            "--max-message",
            metavar="N",
            type=_message_length,
            default="65536",
            help="Maximum length of a message, in bytes [default: %(default)s]",
        )
        parser.add_argument(
            "--origin",
            metavar="URL",
            type=Origin.parse,
            action="append",
            default=[],
            help="Origin whose pages may connect, such as http://localhost:8000, or null; repeatable [default: any]",
        )

    @classmethod
    def from_args(cls, args: argparse.Namespace) -> Rules:
        return cls(args.idle, args.max_message, tuple(args.origin))

    def allow(self, request: Request) -> bool:
        """Whether the request may come from there. A browser states the origin of its page; other programs need not
        (RFC 6455, section 10.2)."""
        return not self.origins or all(
            any(origin.matches(header) for origin in self.origins) for header in request.values("origin")
        )


class Refusal(Exception):
    """Why a client does not get a session, in the terms of HTTP."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class BadRequest(Refusal):
    def __init__(self) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, "not a valid WebSocket handshake")


class TooLarge(Refusal):
    def __init__(self) -> None:
        reason = f"the handshake has more than {MAX_REQUEST} bytes or {MAX_HEADERS} headers"
        super().__init__(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, reason)


def accept(client: Connection, channel: Channel, rules: Rules) -> bytes:
    """Accepts a handshake. Returns what the client sent right after it.

    Raises an Error if there is no valid handshake; the client has received the reason with an HTTP status.
    """
    try:
        head, rest = read_head(channel)
        channel.sendall(switch_protocols(head, rules).encode())
        return rest
    except Refusal as refusal:
        raise refuse(channel, refusal.status, refusal.reason) from None
    except TimeoutError:
        reason = "the handshake was not complete before the deadline"
        raise refuse(channel, HTTPStatus.REQUEST_TIMEOUT, reason) from None
    except ConnectionError:
        if client.is_shutting_down():
            raise refuse(channel, HTTPStatus.SERVICE_UNAVAILABLE, "the server is shutting down") from None
        raise Error("disconnected during the handshake") from None


def read_head(channel: Channel) -> tuple[bytes, bytes]:
    """Reads the head of a request, up to the empty line. Returns it, and what arrived after it."""
    received = b""
    while len(received) < MAX_REQUEST:
        piece = channel.recv(min(1024, MAX_REQUEST - len(received)))
        if not piece:
            raise ConnectionResetError
        received += piece
        # An empty line before a request is ignored (RFC 9112, section 2.2).
        start = 2 if received.startswith(b"\r\n") else 0
        end = received.find(b"\r\n\r\n", start)
        if end >= 0:
            return received[start:end], received[end + 4 :]
        # A client that speaks TLS, for example, never sends an empty line.
        if not re.match(rb"[ -~\r]*(?:\n|\Z)", received):
            raise BadRequest
    raise TooLarge


def switch_protocols(head: bytes, rules: Rules) -> str:
    """Checks a request, and returns the response that begins a session."""
    request = Request.parse(head)
    if request is None:
        raise BadRequest
    if len(request.headers) > MAX_HEADERS:
        raise TooLarge
    host = request.single_value("host")
    if host is None or not is_host(host):
        raise BadRequest
    if request.method != "GET":
        raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "a WebSocket handshake must be a GET request")
    # A body would be taken for frames, which a proxy in between does not expect (RFC 9112, section 11.2).
    has_body = request.values("content-length") not in ([], ["0"]) or request.values("transfer-encoding")
    if has_body or not is_target(request.target):
        raise BadRequest
    if not rules.allow(request):
        raise Refusal(HTTPStatus.FORBIDDEN, "this origin is not allowed (--origin)")
    connection, upgrade = request.elements("connection"), request.elements("upgrade")
    if not all(re.fullmatch(TOKEN, option) for option in connection):
        raise BadRequest
    if not all(re.fullmatch(PROTOCOL, protocol) for protocol in upgrade):
        raise BadRequest
    versions = request.values("sec-websocket-version")
    if upgrade.count("websocket") > 1 or len(versions) > 1:
        raise BadRequest
    if "websocket" not in upgrade or "upgrade" not in connection or versions != ["13"]:
        raise Refusal(HTTPStatus.UPGRADE_REQUIRED, "this server only accepts WebSocket, version 13")
    key = request.single_value("sec-websocket-key")
    if key is None or not re.fullmatch(KEY, key):
        raise BadRequest
    return (
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Accept: {accept_key(key)}\r\n\r\n"
    )


def refuse(channel: Channel, status: HTTPStatus, reason: str) -> Error:
    """Tells the client why it does not get a session, and returns that as the error to report."""
    headers = "Connection: close"
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers = "Allow: GET\r\nConnection: close"
    if status is HTTPStatus.UPGRADE_REQUIRED:
        # RFC 6455, section 4.2.2, point 4.
        headers = "Connection: upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"
    status_line = f"{status.value} {status.phrase}"
    response = f"HTTP/1.1 {status_line}\r\nContent-Length: {len(reason) + 1}\r\n{headers}\r\n\r\n{reason}\n"
    # This fails if the client has left already. Then nobody needs the reason.
    with suppress(OSError):
        channel.sendall(response.encode())
    channel.lingering_close()
    return Error(f"handshake refused: {status_line}: {reason}")


def _message_length(text: str) -> int:
    if not re.fullmatch("[0-9]{1,20}", text) or int(text) > MAX_MAX_MESSAGE:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to {MAX_MAX_MESSAGE}")
    return int(text)
