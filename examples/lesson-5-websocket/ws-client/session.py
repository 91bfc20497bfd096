from __future__ import annotations

import logging
import socket
import ssl
from collections import deque
from contextlib import suppress

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidState, InvalidStatus, PayloadTooBig
from websockets.frames import Close, Frame, Opcode
from websockets.protocol import Event

from crates import client, tls
from crates.cli import Error, escape
from crates.tls.standard import TlsStream
from encryption import encrypt
from url import Url

# The maximum length of a reply, in bytes.
MAX_REPLY = 1 << 20

# The start of a response to a handshake.
STATUS_LINE = b"HTTP/1.1 "

# The names of close codes (RFC 6455, section 7.4.1).
NAMES = {
    1000: "normal",
    1001: "going away",
    1002: "protocol error",
    1003: "unsupported data",
    1007: "invalid data",
    1008: "policy violation",
    1009: "message too big",
    1011: "internal error",
}

# The program reports errors itself.
logging.getLogger("websockets").addHandler(logging.NullHandler())


class Session:
    """A WebSocket session with a server."""

    def __init__(self, url: Url, server: client.TimedStream, tls_stream: TlsStream | None) -> None:
        self._address = url.address
        self._server, self._tls = server, tls_stream
        # What the session reads from and writes to.
        self._channel: tls.Stream = tls_stream or server
        self._protocol = ClientProtocol(url.uri, max_size=MAX_REPLY)
        # What the protocol has received, and nobody has looked at yet.
        self._events: deque[Event] = deque()

    @classmethod
    def connect(cls, url: Url, context: ssl.SSLContext | None, deadline: float) -> Session:
        """Connects, and does the handshakes before the deadline."""
        with url.address.explain_connect_errors():
            stream = socket.create_connection(url.address, deadline)
        server = client.TimedStream(stream, deadline)
        session = cls(url, server, None if context is None else encrypt(server, context, url))
        advice = "" if url.uri.secure else " (if it speaks TLS, use wss://)"
        session._handshake(advice)
        return session

    def request(self, message: str) -> bytes:
        """Sends a message and returns the reply."""
        self._server.restart_deadline()
        try:
            # If the server has closed the connection, what it sent before that says why.
            with suppress(InvalidState, ConnectionError):
                self._protocol.send_text(message.encode())
                self._flush()
            return self._next_message()
        except ConnectionError:
            raise Error(f"{self._address} closed the connection without a close frame (1006)") from None
        except tls.Error as error:
            raise Error(f"{self._address} closed the connection without a close frame (1006)") from error
        except PayloadTooBig:
            raise Error(f"{self._address}: the reply is longer than {MAX_REPLY} bytes") from None
        except TimeoutError as error:
            raise Error(str(self._address)) from error

    def close(self) -> None:
        """Closes the session, and waits until the server has closed it too."""
        self._server.restart_deadline()
        # Every request has its reply, so a failure does not matter any more.
        with suppress(InvalidState, OSError):
            self._protocol.send_close(1000)
            self._flush()
            while self._receive():
                pass
        self._close_tls()

    def _handshake(self, advice: str) -> None:
        address, protocol = self._address, self._protocol
        protocol.send_request(protocol.connect())
        try:
            self._flush()
            # Something that does not begin like a response need not have an end.
            start = b""
            while not self._events and protocol.handshake_exc is None and STATUS_LINE.startswith(start):
                received = self._receive()
                if not received and not self._events:
                    raise ConnectionResetError
                start = (start + received)[: len(STATUS_LINE)]
        except ConnectionError:
            reason = f"closed the connection during the handshake; is it a WebSocket server?{advice}"
            raise Error(f"{address} {reason}") from None
        except (TimeoutError, tls.Error) as error:
            raise Error(str(address)) from error
        if isinstance(protocol.handshake_exc, InvalidStatus):
            # Without the reason phrase: a client should ignore it (RFC 9112, section 4).
            status = protocol.handshake_exc.response.status_code
            raise Error(f"{address} refused the handshake with HTTP status {status}")
        if not self._events or protocol.handshake_exc is not None:
            raise Error(f"{address} does not speak WebSocket{advice}")
        self._events.popleft()

    def _next_message(self) -> bytes:
        reply, opcode = b"", None
        while True:
            frame = self._next_frame()
            if frame.opcode is Opcode.CLOSE:
                self._close_tls()
                raise Error(f"{self._address} closed the connection: {_describe(Close.parse(frame.data))}")
            if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                reply += frame.data
                opcode = opcode or frame.opcode
                if frame.fin:
                    return reply if opcode is Opcode.BINARY else self._check_text(reply)

    def _next_frame(self) -> Frame:
        while not self._events:
            if isinstance(self._protocol.parser_exc, PayloadTooBig):
                raise self._protocol.parser_exc
            if self._protocol.parser_exc is not None:
                raise Error(f"{self._address}: {self._protocol.parser_exc}")
            if not self._receive():
                raise ConnectionResetError
        frame = self._events.popleft()
        assert isinstance(frame, Frame)  # The response to the handshake is the first event.
        return frame

    def _check_text(self, reply: bytes) -> bytes:
        try:
            reply.decode()
        except UnicodeDecodeError:
            raise Error(f"{self._address}: the reply is not UTF-8") from None
        return reply

    def _receive(self) -> bytes:
        """Receives bytes, or b"" at the end, and sends what the protocol replies by itself."""
        data = self._channel.recv(4096)
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        self._events.extend(self._protocol.events_received())
        # The server may have closed the connection. What it sent before that counts.
        with suppress(ConnectionError):
            self._flush()
        return data

    def _close_tls(self) -> None:
        if self._tls:
            self._tls.close()

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            self._channel.sendall(data)


def _describe(close: Close) -> str:
    """Describes a close frame: the code, its name, and the server's reason."""
    if close.code == 1005:
        return "without a code (1005)"
    name = f" ({NAMES[close.code]})" if close.code in NAMES else ""
    reason = f": {escape(close.reason.encode())}" if close.reason else ""
    return f"{int(close.code)}{name}{reason}"
