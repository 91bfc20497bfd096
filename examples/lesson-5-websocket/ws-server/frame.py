"""Frames (RFC 6455, section 5.2), as a server reads and writes them."""

from __future__ import annotations

import struct
from typing import Callable, NamedTuple

from websockets.frames import Frame, Opcode
from websockets.utils import apply_mask

# The maximum payload of a control frame, in bytes (section 5.5).
MAX_CONTROL = 125


class Violation(Exception):
    """The client violates RFC 6455: the close code, and what it does wrong."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class TooLong(Exception):
    """A message is longer than allowed."""


class Header(NamedTuple):
    """The start of a client's frame: everything before the payload."""

    is_final: bool  # Whether this is the last frame of its message.
    opcode: Opcode
    length: int  # The length of the payload, in bytes.
    masking_key: bytes


def read_header(read: Callable[[int], bytes], max_length: int) -> Header:
    """Reads a header. `max_length` is for the payload of a data frame.

    The header is checked while it is read, because a client may need long to send the rest of the frame.
    """
    first, second = read(2)
    is_final, is_control = bool(first & 0x80), bool(first & 0x8)
    if first & 0x70:
        raise Violation(1002, "a reserved bit is set")
    try:
        opcode = Opcode(first & 0xF)
    except ValueError:
        raise Violation(1002, "unknown opcode") from None
    if not second & 0x80:
        raise Violation(1002, "the frame is not masked")
    if is_control and not is_final:
        raise Violation(1002, "a control frame is fragmented")
    if is_control and second & 0x7F > MAX_CONTROL:
        raise Violation(1002, "a control frame is longer than 125 bytes")
    length, shortest = second & 0x7F, 0
    if length == 126:
        (length,), shortest = struct.unpack("!H", read(2)), 126
    elif length == 127:
        (length,), shortest = struct.unpack("!Q", read(8)), 1 << 16
    if not is_control and length > max_length:
        raise TooLong
    if length < shortest:
        raise Violation(1002, "a length is not encoded in the fewest bytes")
    return Header(is_final, opcode, length, read(4))


def read_payload(read: Callable[[int], bytes], header: Header) -> bytes:
    """Reads the payload that follows a header."""
    return apply_mask(read(header.length), header.masking_key)


def frame(opcode: Opcode, payload: bytes) -> bytes:
    """Returns a final frame. A server does not mask."""
    return Frame(opcode, payload).serialize(mask=False)
