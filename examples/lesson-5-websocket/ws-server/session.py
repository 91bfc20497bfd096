from __future__ import annotations

import codecs
import enum
import ssl
import struct
from contextlib import suppress

from websockets.frames import Opcode

from crates import tls
from crates.cli import Error, escape
from crates.socketserver import Connection
from encryption import Channel, encrypt
from frame import Header, TooLong, Violation, frame, read_header, read_payload
from handshake import Rules, accept

# How much a session reads from its socket at once, in bytes.
READ_SIZE = 4096


class Received(enum.Enum):
    """What became of waiting for a message, if it is not the message's text."""

    BINARY = enum.auto()
    TOO_LONG = enum.auto()
    # No message was complete before the deadline.
    TIMED_OUT = enum.auto()
    # The client closed the session normally.
    CLOSED = enum.auto()


class Session:
    """A WebSocket session with a client. A violation of RFC 6455 ends it with the close code for that."""

    def __init__(self, client: Connection, channel: Channel, received: bytes) -> None:
        self.peer_addr = client.peer_addr
        self._client, self._channel = client, channel
        # What the client has sent, beginning with what arrived together with its handshake.
        self._received = bytearray(received)

    @classmethod
    def accept(cls, client: Connection, context: ssl.SSLContext | None, rules: Rules) -> Session:
        """Accepts the client's handshake. A client that may not have a session receives an HTTP status instead."""
        channel = encrypt(client, context)
        return cls(client, channel, accept(client, channel, rules))

    def receive_within(self, seconds: float, max_length: int) -> str | Received:
        """Waits for a message, for at most this long until it is complete."""
        self._client.set_deadline(seconds)
        return self.receive(max_length)

    def receive(self, max_length: int) -> str | Received:
        """Waits for a message until the current deadline."""
        try:
            return self._next_message(max_length)
        except TooLong:
            return Received.TOO_LONG
        except TimeoutError:
            return Received.TIMED_OUT
        except Violation as violation:
            raise self.close(violation.code, violation.reason) from None
        except UnicodeDecodeError:
            raise self.close(1007, "text must be UTF-8") from None
        except ConnectionError:
            raise self._disconnected() from None
        except tls.Error as error:
            raise Error("disconnected without a close frame") from error

    def send(self, text: str) -> None:
        """Sends a text message."""
        try:
            self._write(Opcode.TEXT, text.encode())
        except ConnectionError:
            raise self._disconnected() from None

    def close(self, code: int, reason: str = "") -> Error:
        """Closes the session, and returns that as the error to report. The client receives the code and the reason."""
        # This fails if the client has left already. Then nobody needs the reason.
        with suppress(OSError):
            self._write(Opcode.CLOSE, struct.pack("!H", code) + reason.encode())
        self._channel.lingering_close()
        return Error(f"closed with {_code_and_reason(code, reason)}")

    def _disconnected(self) -> Error:
        if self._client.is_shutting_down():
            return self.close(1001, "the server is shutting down")
        return Error("disconnected without a close frame")

    def _next_message(self, max_length: int) -> str | Received:
        """Reads frames until a message is complete. Control frames may come between its fragments."""
        text, length, is_fragmented = "", 0, False
        decoder = codecs.getincrementaldecoder("utf-8")()
        while True:
            header = read_header(self._read, max_length - length)
            if header.opcode is Opcode.CLOSE:
                return self._closed_by_client(header)
            if header.opcode is Opcode.PING:
                self._write(Opcode.PONG, read_payload(self._read, header))
                continue
            if header.opcode is Opcode.PONG:
                read_payload(self._read, header)
                continue
            if header.opcode is Opcode.CONT and not is_fragmented:
                raise Violation(1002, "a continuation frame continues nothing")
            if header.opcode is not Opcode.CONT and is_fragmented:
                raise Violation(1002, "a new message begins before the last one ends")
            if header.opcode is Opcode.BINARY:
                return Received.BINARY
            length += header.length
            text += decoder.decode(read_payload(self._read, header), final=header.is_final)
            if header.is_final:
                return text
            is_fragmented = True

    def _closed_by_client(self, header: Header) -> Received:
        """Repeats the client's close frame, as RFC 6455 requires (section 5.5.1). Tells a normal end from an error."""
        payload = read_payload(self._read, header)
        if len(payload) == 1:
            raise Violation(1002, "a close code has one byte only")
        code = struct.unpack("!H", payload[:2])[0] if payload else None
        # Section 7.4, and the registry of close codes for 1012 to 1014.
        if code is not None and not (1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999):
            raise Violation(1002, "the close code is not valid")
        reason = payload[2:].decode()
        # This fails if the client did not wait for it.
        with suppress(OSError):
            self._write(Opcode.CLOSE, payload)
        self._channel.lingering_close()
        if code is None or code in (1000, 1001) or code >= 3000:
            return Received.CLOSED
        raise Error(f"closed by the client with {_code_and_reason(code, escape(reason.encode()))}")

    def _read(self, size: int) -> bytes:
        while len(self._received) < size:
            data = self._channel.recv(READ_SIZE)
            if not data:
                raise ConnectionResetError
            self._received += data
        data = bytes(self._received[:size])
        del self._received[:size]
        return data

    def _write(self, opcode: Opcode, payload: bytes) -> None:
        try:
            self._channel.sendall(frame(opcode, payload))
        except TimeoutError:
            raise Error("the client does not read") from None


def _code_and_reason(code: int, reason: str) -> str:
    return f"{code}: {reason}" if reason else f"{code}"
