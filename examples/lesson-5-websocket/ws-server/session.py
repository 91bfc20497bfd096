import codecs
import enum
from collections import deque
from contextlib import suppress

from handshake import upgrade
from websockets.exceptions import PayloadTooBig, ProtocolError
from websockets.frames import Close, Frame, Opcode

from crates.cli import escape

# How much is read at a time, in bytes.
READ_SIZE = 4096


class Received(enum.Enum):
    """What came of waiting for a message, if not its text."""

    BINARY = enum.auto()
    TOO_LONG = enum.auto()
    # No whole message before the deadline.
    NOTHING = enum.auto()
    # The client closed the session, as one does.
    CLOSE = enum.auto()


class Session:
    """A WebSocket session with a client, who breaks no rule of RFC 6455 without being told which."""

    def __init__(self, client, parser, frames):
        self.peer_addr = client.peer_addr
        self._client = client
        self._parser = parser
        self._frames = deque(frames)  # Those that have come and are not looked at yet.

    @classmethod
    def accept(cls, client, rules):
        """The session of a client that asks for one as it should; another is told over HTTP what is wrong."""
        return cls(client, *upgrade(client, rules))

    def receive_within(self, seconds, limit):
        """The next message, if all of it comes within this time."""
        self._client.set_deadline(seconds)
        return self.receive(limit)

    def receive(self, limit):
        """The next message, of `limit` bytes at most, if all of it comes before the deadline that runs."""
        try:
            return self._next_message(limit)
        except TimeoutError:
            return Received.NOTHING
        except PayloadTooBig:
            return Received.TOO_LONG
        except UnicodeDecodeError:
            self.close(1007, "text is UTF-8")
        except ProtocolError as error:
            self.close(1002, str(error))
        except ConnectionError:
            if self._client.is_shutting_down():
                self.close(1001, "the server is shutting down")
            raise _cut() from None

    def send(self, text):
        try:
            self._send(Opcode.TEXT, text.encode())
        except ConnectionError:
            if self._client.is_shutting_down():
                raise
            raise _cut() from None

    def close(self, code, reason=""):
        """Closes the session and tells the client why; that is the error which this always raises."""
        with suppress(OSError):  # The client has gone already, which is as good.
            self._send(Opcode.CLOSE, Close(code, reason).serialize())
        self._client.lingering_close()
        raise OSError(f"closed with {_said(code, reason)}")

    def _next_message(self, limit):
        text, length, opcode = "", 0, None
        decoder = codecs.getincrementaldecoder("utf-8")()
        while True:
            frame = self._next_frame()
            if frame.opcode is Opcode.PING:
                self._send(Opcode.PONG, frame.data)
            elif frame.opcode is Opcode.CLOSE:
                return self._closed_by_client(frame.data)
            elif frame.opcode is not Opcode.PONG:
                opcode = opcode or frame.opcode
                length += len(frame.data)
                if length > limit:
                    return Received.TOO_LONG
                if opcode is Opcode.TEXT:
                    text += decoder.decode(frame.data, final=frame.fin)
                if frame.fin:
                    return text if opcode is Opcode.TEXT else Received.BINARY

    def _next_frame(self):
        while not self._frames:
            if self._parser.parser_exc is not None:
                raise self._parser.parser_exc
            data = self._client.recv(READ_SIZE)
            if not data:
                raise _cut()
            self._frames.extend(self._parser.take(data))
        return self._frames.popleft()

    def _closed_by_client(self, data):
        """A client may have a reason of its own to close (RFC 6455, section 7.4): one that is an error is told to the
        operator."""
        with suppress(OSError):
            self._send(Opcode.CLOSE, data)
        self._client.lingering_close()
        close = Close.parse(data)
        if close.code in (1000, 1001, 1005) or close.code >= 3000:  # 1005 stands for no code.
            return Received.CLOSE
        raise OSError(f"closed by the client with {_said(close.code, escape(close.reason.encode()))}")

    def _send(self, opcode, data):
        self._client.sendall(Frame(opcode, data).serialize(mask=False))


def _said(code, reason):
    return f"{int(code)}: {reason}" if reason else f"{int(code)}"


def _cut():
    return OSError("cut without a close frame")
