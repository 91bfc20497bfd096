import logging
import re
from argparse import ArgumentTypeError
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Tuple

from origin import Origin
from websockets.datastructures import Headers
from websockets.exceptions import InvalidUpgrade, SecurityError
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.server import ServerProtocol

from crates import token
from crates.cli.humantime import nonzero_duration

# The longest request for a handshake taken, in bytes, and the most headers.
MAX_REQUEST = 8192
MAX_HEADERS = 124

# The most that --max-message can be, in bytes.
LONGEST_MESSAGE = 16 << 20

# What a control frame may have beside the message in whose middle it comes (RFC 6455, section 5.5).
MAX_CONTROL = 125

# The library would log what is told to the client and to the operator here.
logging.getLogger("websockets").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Rules:
    """Who gets a session, and what may be said in it; also its part of the command line."""

    idle: float
    max_message: int
    origins: Tuple[Origin, ...] = ()

    @staticmethod
    def add_options(parser):
        parser.add_argument(
            "--idle",
            metavar="TIME",
            type=nonzero_duration,
            default="10m",
            help="Time between two messages of a client [default: %(default)s]",
        )
        parser.add_argument(
            "--max-message",
            metavar="N",
            type=_message_length,
            default="65536",
            help="The longest message taken, in bytes [default: %(default)s]",
        )
        parser.add_argument(
            "--origin",
            metavar="URL",
            type=Origin.parse,
            action="append",
            default=[],
            help="A page that may connect, by its origin, such as http://localhost:8000 or null; may be given again. "
            "Without it, any page may",
        )

    @classmethod
    def of(cls, args):
        return cls(args.idle, args.max_message, tuple(args.origin))

    def allow(self, headers):
        """A browser says whose page it acts for; a program that is none need not (RFC 6455, section 10.2)."""
        pages = headers.get_all("Origin")
        return not self.origins or all(any(origin.matches(page) for origin in self.origins) for page in pages)


class Parser(ServerProtocol):
    """Tells frames from bytes by the library's rules. What is answered, and when, is left to the session: the library
    would answer a close before the messages that came ahead of it."""

    def take(self, data):
        """What the bytes complete: the request for a handshake, or frames."""
        self.receive_data(data)
        self.data_to_send()
        events = self.events_received()
        # That a close comes between the fragments of a message is an error to the library, and not to RFC 6455, section 5.4.
        if self.parser_exc is not None and self.close_rcvd is not None:
            code = self.close_rcvd.code
            events.append(Frame(Opcode.CLOSE, b"" if code == 1005 else self.close_rcvd.serialize()))  # 1005: no code.
        return events

    def fail(self, code, reason=""):
        """What is wrong stands in `parser_exc`."""


class Rejections(Exception):
    """Why there is no session, in HTTP's terms."""

    def __init__(self, status, why):
        self.status, self.why = status, why


def upgrade(client, rules):
    """Reads the request for a handshake (RFC 6455, section 4.2.1) and agrees, or answers over HTTP why not."""
    # How long a message may be to the byte is judged where it is put together; nothing longer than this is stored.
    parser = Parser(max_size=max(rules.max_message, token.MAX_LEN) + MAX_CONTROL)
    try:
        request, frames = read_request(client, parser)
        # HTTP itself wants it (RFC 9112, section 3.2), and the library does not look.
        if len(request.headers.get_all("Host")) != 1:
            raise Rejections(HTTPStatus.BAD_REQUEST, "that is no WebSocket handshake")
        if not rules.allow(request.headers):
            raise Rejections(HTTPStatus.FORBIDDEN, "this page may not connect (--origin)")
        client.sendall(agree(request, parser).serialize())
    except TimeoutError:
        answer(client, HTTPStatus.REQUEST_TIMEOUT, "the handshake was not whole before the deadline")
    except ConnectionError:
        if client.is_shutting_down():
            answer(client, HTTPStatus.SERVICE_UNAVAILABLE, "the server is shutting down")
        raise OSError("cut in the middle of the handshake") from None
    except Rejections as refused:
        answer(client, refused.status, refused.why)
    return parser, frames


def read_request(client, parser):
    """The request, and the frames that came behind it."""
    head = b""
    while len(head) < MAX_REQUEST:
        piece = client.recv(min(1024, MAX_REQUEST - len(head)))
        if not piece:
            raise ConnectionError
        head += piece
        check_first_line(head)
        events = parser.take(piece)
        if isinstance(parser.handshake_exc, SecurityError):
            break
        if parser.handshake_exc is not None:
            raise Rejections(HTTPStatus.BAD_REQUEST, "that is no WebSocket handshake")
        if events:
            request, *frames = events
            if len(list(request.headers.raw_items())) > MAX_HEADERS:
                break
            return request, frames
    raise Rejections(
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        f"a handshake has at most {MAX_REQUEST} bytes and {MAX_HEADERS} headers",
    )


def check_first_line(head):
    """What is no text is no HTTP, and need not be waited for."""
    line, whole, _ = head.partition(b"\r\n")
    if not re.fullmatch(rb"[ -~]*\r?", line):
        raise Rejections(HTTPStatus.BAD_REQUEST, "that is no WebSocket handshake")
    if whole and re.fullmatch(rb"(?!GET )[!-~]+ [!-~]+ HTTP/1\.[01]", line):
        raise Rejections(HTTPStatus.METHOD_NOT_ALLOWED, "a WebSocket handshake begins with GET")


def agree(request, parser):
    """The answer that begins a session."""
    agreed = parser.accept(request)
    if isinstance(parser.handshake_exc, InvalidUpgrade) or request.headers.get_all("Sec-WebSocket-Version") != ["13"]:
        raise Rejections(HTTPStatus.UPGRADE_REQUIRED, "only WebSocket is spoken here, version 13")
    if agreed.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
        raise Rejections(HTTPStatus.BAD_REQUEST, "that is no WebSocket handshake")
    return agreed


def answer(client, status, why):
    """Refuses the handshake and tells the client why; that is the error which this always raises."""
    body = f"{why}\n".encode()
    headers = Headers([("Content-Length", str(len(body)))])
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = "GET"
    if status is HTTPStatus.UPGRADE_REQUIRED:
        # RFC 6455, section 4.2.2, point 4.
        headers["Connection"] = "upgrade, close"
        headers["Upgrade"] = "websocket"
        headers["Sec-WebSocket-Version"] = "13"
    else:
        headers["Connection"] = "close"
    with suppress(OSError):  # The client has gone already, which is as good.
        client.sendall(Response(status.value, status.phrase, headers, body).serialize())
    client.lingering_close()
    raise OSError(f"handshake refused: {status.value} {status.phrase}: {why}")


def _message_length(text):
    if not (text.isascii() and text.isdecimal()):
        raise ArgumentTypeError("invalid digit found in string")
    length = int(text)
    if length > LONGEST_MESSAGE:
        raise ArgumentTypeError(f"{length} is not in 0..={LONGEST_MESSAGE}")
    return length
