import socket
import logging
from collections import deque
from contextlib import suppress

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidState, InvalidStatus, PayloadTooBig
from websockets.frames import Close, Opcode

from crates import client
from crates.cli import escape

# The longest answer taken, in bytes.
MAX_ANSWER = 1 << 20

# How the answer to a handshake begins.
STATUS_LINE = b"HTTP/1.1 "

# RFC 6455, section 7.4.1.
NAMES = {
    1000: " (normal)",
    1001: " (going away)",
    1002: " (protocol error)",
    1003: " (unsupported data)",
    1007: " (invalid data)",
    1008: " (policy violation)",
    1009: " (message too big)",
    1011: " (internal error)",
}

# What the library would log, the user is told here.
logging.getLogger("websockets").addHandler(logging.NullHandler())


class Session:
    """A WebSocket session with a server."""

    def __init__(self, address, server, protocol):
        self._address = address
        self._server = server
        self._protocol = protocol
        self._events = deque()  # Those that have come and are not looked at yet.

    @classmethod
    def connect(cls, url, deadline):
        """Connects, and does the handshake, all within the deadline."""
        address = url.address
        with address.explain_connect_errors():
            stream = socket.create_connection((address.host, address.port), deadline)
        server = client.TimedStream(stream, deadline)
        session = cls(url.address, server, ClientProtocol(url.uri, max_size=MAX_ANSWER))
        session._shake_hands()
        return session

    def ask(self, message):
        """Sends a message and returns the answer."""
        self._server.restart_deadline()
        try:
            # A server that has closed has said why, before.
            with suppress(InvalidState, ConnectionError):
                self._protocol.send_text(message.encode())
                self._flush()
            return self._next_message()
        except ConnectionError:
            raise OSError(f"{self._address} cut the connection without a close frame (1006)") from None
        except PayloadTooBig:
            raise OSError(f"{self._address}: the reply is longer than {MAX_ANSWER} bytes") from None
        except TimeoutError as error:
            raise OSError(f"{self._address}") from error

    def close(self):
        """Takes leave of the server, and waits until it has done so too."""
        self._server.restart_deadline()
        # All that was asked is answered: however the rest goes, the work is done.
        with suppress(InvalidState, OSError):
            self._protocol.send_close(1000)
            self._flush()
            while self._receive():
                pass

    def _next_message(self):
        answer, opcode = b"", None
        while True:
            frame = self._next_frame()
            if frame.opcode is Opcode.CLOSE:
                raise OSError(f"{self._address} closed the connection: {_said(Close.parse(frame.data))}")
            if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                answer += frame.data
                opcode = opcode or frame.opcode
                if frame.fin:
                    return answer if opcode is Opcode.BINARY else self._text(answer)

    def _next_frame(self):
        while not self._events:
            if isinstance(self._protocol.parser_exc, PayloadTooBig):
                raise self._protocol.parser_exc
            if self._protocol.parser_exc is not None:
                raise OSError(f"{self._address}: {self._protocol.parser_exc}")
            if not self._receive():
                raise ConnectionError
        return self._events.popleft()

    def _text(self, answer):
        try:
            answer.decode()
        except UnicodeDecodeError:
            raise OSError(f"{self._address}: the answer is no UTF-8") from None
        return answer

    def _shake_hands(self):
        address, protocol = self._address, self._protocol
        protocol.send_request(protocol.connect())
        try:
            self._flush()
            begun = b""
            while not self._events and protocol.handshake_exc is None and STATUS_LINE.startswith(begun):
                received = self._receive()
                if not received and not self._events:
                    raise ConnectionError
                begun = (begun + received)[: len(STATUS_LINE)]
        except ConnectionError:
            raise OSError(f"{address} cut the connection in the handshake; is that a WebSocket server?") from None
        except TimeoutError as error:
            raise OSError(f"{address}") from error
        if isinstance(protocol.handshake_exc, InvalidStatus):
            answer = protocol.handshake_exc.response
            phrase = escape(answer.reason_phrase.encode("utf-8", "surrogateescape"))
            raise OSError(f"{address} refused the handshake: {answer.status_code} {phrase}")
        if not self._events or protocol.handshake_exc is not None:
            raise OSError(f"{address} does not speak WebSocket")
        self._events.popleft()

    def _receive(self):
        """Takes what comes next, and answers what the protocol answers by itself; returns it, b"" at the end."""
        data = self._server.recv(4096)
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        self._events.extend(self._protocol.events_received())
        with suppress(ConnectionError):  # What the server said before it closed counts.
            self._flush()
        return data

    def _flush(self):
        for data in self._protocol.data_to_send():
            self._server.sendall(data)


def _said(close):
    """The close frame in words: code, its name, and the server's reason."""
    if close.code == 1005:
        return "without a code (1005)"
    reason = escape(close.reason.encode())
    return f"{int(close.code)}{NAMES.get(close.code, '')}{': ' if reason else ''}{reason}"
