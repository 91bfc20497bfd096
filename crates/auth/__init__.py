"""Who is calling: one side proves to the other that it holds the same key, without sending the key.

    server: challenge                      client: respond
    -----------------                      ---------------
    nonce, 32 random bytes     -------->   reads the nonce
    reads the answer           <--------   HMAC(key, nonce)
    compares: a Verdict

The nonce is new each time, so an answer overheard yesterday is worth nothing today. The server's verdict is never
sent: what follows it, a closed connection or a session, is for the program to decide.

Both sides work over anything that has `recv` and `sendall`; a deadline belongs to the stream they are given.
"""

import enum
import hmac
import os

NONCE_LEN = 32


class Error(OSError):
    """Why a handshake came to no verdict."""


class Key:
    """The secret that both sides hold: 1 to MAX_LEN bytes. It never prints itself."""

    # HMAC itself has no limit, but hashes a key longer than its block (64 bytes) before use, so that more adds
    # nothing (RFC 2104, section 3).
    MAX_LEN = 1024

    __slots__ = ("_bytes",)

    def __init__(self, data):
        if not data:
            raise ValueError("the key is empty")
        if len(data) > self.MAX_LEN:
            raise ValueError(f"the key is longer than {self.MAX_LEN} bytes")
        self._bytes = bytes(data)

    @classmethod
    def from_file(cls, path):
        """The key in a file: all its bytes but one line ending at the end, which editors add."""
        # One byte more than a key and its line ending may take tells a file that is too long.
        room = cls.MAX_LEN + len(b"\r\n") + 1
        try:
            with open(path, "rb") as file:
                data = file.read(room)
        except OSError as error:
            raise OSError("cannot read the key file") from error
        if data.endswith(b"\n"):
            data = data[:-1]
        return cls(data[:-1] if data.endswith(b"\r") else data)

    def as_bytes(self):
        """The secret itself, for a library that computes with it. It is not to be printed."""
        return self._bytes

    def __repr__(self):
        return "Key(secret)"


class Scheme(enum.Enum):
    """How the answer to a challenge is computed (RFC 2104) and written."""

    # HMAC-MD5 as 32 lower-case hexadecimal characters: the gate. The answer is all that a client says.
    MD5_HEX = "md5 hex"
    # HMAC-MD5 as 16 raw bytes: the echo. A session may follow at once.
    MD5 = "md5"
    # HMAC-SHA-256 as 32 raw bytes: what a new program would use.
    SHA256 = "sha256"

    def answer(self, key, message):
        """What a holder of `key` answers to `message`, which in a handshake is the nonce: HMAC(key, message)."""
        if self is Scheme.MD5_HEX:
            return hmac.new(key.as_bytes(), message, "md5").hexdigest().encode()
        return hmac.new(key.as_bytes(), message, self.value).digest()

    def answer_len(self):
        """The length of an answer, in bytes."""
        return 16 if self is Scheme.MD5 else 32

    def read_len(self):
        """How many bytes the challenger takes in before it judges."""
        # Nothing may follow a gate's answer, so one byte more is room enough to see that it is too long.
        return self.answer_len() + 1 if self is Scheme.MD5_HEX else self.answer_len()


class Verdict(enum.Enum):
    """What the challenger thinks of an answer."""

    ACCEPTED = "the peer holds the key"
    REJECTED = "it does not: its answer is another, or longer"


def challenge(peer, key, scheme):
    """The server's side: sends a new nonce, reads the answer, judges it.

    A wrong answer is a Verdict; an Error means that there was no whole answer to judge.
    """
    nonce = os.urandom(NONCE_LEN)
    _send(peer, "nonce", nonce)
    answer = _receive(peer, "response", scheme.read_len(), scheme.answer_len())
    # In a time that tells nothing of where or how far they differ.
    same = hmac.compare_digest(answer, scheme.answer(key, nonce))
    return Verdict.ACCEPTED if same else Verdict.REJECTED


def respond(peer, key, scheme):
    """The client's side: reads the nonce and answers it. Returns both, to be shown; the verdict is not sent."""
    nonce = _receive(peer, "nonce", NONCE_LEN, NONCE_LEN)
    answer = scheme.answer(key, nonce)
    _send(peer, "response", answer)
    return nonce, answer


def _send(peer, part, data):
    try:
        peer.sendall(data)
    except OSError as error:
        raise Error(f"cannot send the {part}") from error


def _receive(peer, part, room, wanted):
    """Reads until `wanted` bytes have come; returns more, up to `room`, only where they came at once."""
    received = b""
    while len(received) < wanted:
        try:
            piece = peer.recv(room - len(received))
        except OSError as error:
            raise Error(f"cannot receive the {part}") from error
        if not piece and not received:
            raise Error(f"the peer closed the connection before sending its {part}")
        if not piece:
            raise Error(f"the peer closed the connection after {len(received)} of the {wanted} bytes of its {part}")
        received += piece
    return received
