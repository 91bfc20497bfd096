"""The protocol of Python's `multiprocessing.connection`, version 3.12 or later.

It has messages of bytes, and a handshake in which both sides prove that they hold the same key:

    listener: accept                              client: connect
    ----------------                              ---------------
    #CHALLENGE#{sha256} 40 random bytes  ----->
                                         <-----   {sha256} HMAC-SHA-256, 32 bytes
    #WELCOME# or #FAILURE#               ----->
                                         <-----   #CHALLENGE#{sha256} 40 random bytes
    {sha256} HMAC-SHA-256, 32 bytes      ----->
                                         <-----   #WELCOME# or #FAILURE#

Before each message comes its length, in four bytes. This module does not use `multiprocessing.connection`: it runs on
older versions too, and is stricter. It takes the messages above and no others, refuses HMAC-MD5, which the standard
library still accepts, and tells its peer so with `#FAILURE#`.

The standard library's `send` and `recv` put pickled objects into messages. To unpickle bytes is to run the program that
is in them. Nothing here does.
"""

from __future__ import annotations

import hmac
import os
from contextlib import contextmanager, suppress
from typing import Iterator

from crates.auth import Key, Scheme, Stream

# The maximum length of a message in the handshake, in bytes.
MAX_LEN = 256

CHALLENGE = b"#CHALLENGE#"
WELCOME = b"#WELCOME#"
FAILURE = b"#FAILURE#"
DIGEST = b"{sha256}"

CHALLENGE_LEN = 40
RESPONSE_LEN = 32


class Error(OSError):
    """Why a handshake or a message failed."""


class Refused(Error):
    """This side refuses what the peer sent."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"refused: {reason}")


class Rejected(Error):
    """The peer refuses what this side sent."""

    def __init__(self) -> None:
        super().__init__("the peer rejected our response; do both sides use the same key?")


def send_bytes(peer: Stream, message: bytes) -> None:
    """Sends a message: its length, then its bytes."""
    peer.sendall(len(message).to_bytes(4, "big", signed=True) + message)


def recv_bytes(peer: Stream, max_len: int) -> bytes | None:
    """Receives a message of up to `max_len` bytes. Returns None if the peer closes the connection instead."""
    first = peer.recv(4)
    if not first:
        return None
    length = int.from_bytes(first + _recv_exactly(peer, 4 - len(first)), "big", signed=True)
    if length == -1:
        raise Refused("the length of the message is in the long form, for 2 GiB or more")
    if length < 0:
        raise Refused(f"the length of the message is negative: {length}")
    if length > max_len:
        raise Refused(f"the message has {length} bytes, more than {max_len}")
    return _recv_exactly(peer, length)


def _recv_exactly(peer: Stream, length: int) -> bytes:
    data = b""
    while len(data) < length:
        piece = peer.recv(length - len(data))
        if not piece:
            raise Error("the peer closed the connection before its message was complete")
        data += piece
    return data


class Authenticator:
    """Runs handshakes with one key."""

    def __init__(self, key: Key) -> None:
        self._key = key
        # The challenges of the handshakes that run now. A peer that sends one back wants us to respond to ourselves.
        self._outstanding: set[bytes] = set()

    def accept(self, peer: Stream) -> None:
        """The listener's side, like Listener.accept(): checks the client, then responds to its challenge."""
        with self._handshake(peer) as ours:
            self._deliver_challenge(peer, ours)
            self._answer_challenge(peer)

    def connect(self, peer: Stream) -> None:
        """The client's side, like Client(): responds to the listener's challenge, then checks the listener."""
        with self._handshake(peer) as ours:
            self._answer_challenge(peer)
            self._deliver_challenge(peer, ours)

    def response(self, challenge: bytes) -> bytes:
        """Computes the response to a challenge, which begins with the name of the digest."""
        return DIGEST + Scheme.SHA256.response(self._key, challenge)

    def _deliver_challenge(self, peer: Stream, challenge: bytes) -> None:
        send_bytes(peer, CHALLENGE + challenge)
        response = _recv_message(peer)
        if response == FAILURE:
            raise Rejected
        _check_form("response", RESPONSE_LEN, response)
        if not hmac.compare_digest(response, self.response(challenge)):
            raise Refused("the response is wrong: the peer does not hold the key")
        send_bytes(peer, WELCOME)

    def _answer_challenge(self, peer: Stream) -> None:
        message = _recv_message(peer)
        if not message.startswith(CHALLENGE):
            raise Refused("the message is not a challenge")
        challenge = message[len(CHALLENGE) :]
        _check_form("challenge", CHALLENGE_LEN, challenge)
        if challenge in self._outstanding:
            raise Refused("the challenge is our own")
        send_bytes(peer, self.response(challenge))
        verdict = _recv_message(peer)
        if verdict == FAILURE:
            raise Rejected
        if verdict != WELCOME:
            raise Refused("the message is neither #WELCOME# nor #FAILURE#")

    @contextmanager
    def _handshake(self, peer: Stream) -> Iterator[bytes]:
        """Chooses our challenge, and tells the peer if this side refuses it: Python waits for a message."""
        ours = DIGEST + os.urandom(CHALLENGE_LEN)
        self._outstanding.add(ours)
        try:
            yield ours
        except Refused:
            # If this fails too, the reason for the refusal is still the better error.
            with suppress(OSError):
                send_bytes(peer, FAILURE)
            raise
        finally:
            self._outstanding.remove(ours)


def _recv_message(peer: Stream) -> bytes:
    message = recv_bytes(peer, MAX_LEN)
    if message is None:
        raise Error("the peer closed the connection before its message was complete")
    return message


def _check_form(part: str, length: int, message: bytes) -> None:
    """Checks that the message is `{sha256}` and the right number of bytes."""
    if message.startswith(DIGEST):
        if len(message) - len(DIGEST) != length:
            raise Refused(f"the {part} has {len(message) - len(DIGEST)} bytes, not {length}")
    # The standard library recognizes the old form by these lengths, too.
    elif len(message) in (16, 20):
        raise Refused(f"the {part} is in the old form, for HMAC-MD5 (Python before 3.12)")
    elif message.startswith(b"{"):
        raise Refused(f"the {part} names another digest than sha256")
    else:
        raise Refused(f"the {part} names no digest")
