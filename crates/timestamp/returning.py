"""A message on its way back from a server that stamps each piece of it as it arrives."""

# The form of a stamp: A is an upper-case letter, a a lower-case one, 0 a digit, _ a digit or a space.
_FORM = b"[Aaa Aaa _0 00:00:00 0000] "
_DIGITS = b"0123456789"
_MAY_STAND_FOR = {
    ord("A"): b"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    ord("a"): b"abcdefghijklmnopqrstuvwxyz",
    ord("0"): _DIGITS,
    ord("_"): _DIGITS + b" ",
}

# The length of a stamp, in bytes.
LEN = len(_FORM)


def is_stamp(data):
    """Whether the bytes begin with a stamp, by its form."""
    return len(data) >= LEN and _may_become_stamp(data)


def _may_become_stamp(data):
    """Whether the bytes, as far as they go, have the form of a stamp."""
    return all(byte in _MAY_STAND_FOR.get(form, (form,)) for form, byte in zip(_FORM, data))


class Mismatch(ValueError):
    """The server answered with something that was not sent to it."""

    def __init__(self):
        super().__init__("the server's reply is not an echo of the message")


class Returning:
    """A message on its way back.

    Nothing on the wire tells where an answer ends, and where the network broke the message there are further stamps
    inside. But the sender knows what it sent: the answer is whole when, stamps aside, all of that has come back.
    """

    def __init__(self, message):
        self._message = message
        self._returned = 0  # How many bytes of the message have come.
        self._stamp = b""
        self._held = b""  # What came and may be the beginning of a stamp: fewer than LEN bytes.

    def take(self, data):
        """Takes the next bytes of the answer; a Mismatch where they are neither a stamp nor what was sent."""
        rest = self._held + data
        while rest and not self._waits_for_more_than(rest):
            rest = self._take_stamp_or_text(rest)
        self._held = rest

    def is_whole(self):
        """Whether all of the message has come back."""
        return self._returned == len(self._message)

    def stamped(self):
        """The message behind the first of its stamps."""
        return self._stamp + self._message

    def _waits_for_more_than(self, data):
        """Whether only more bytes can tell a stamp from text that looks like one."""
        return len(data) < LEN and _may_become_stamp(data) and data != self._message[self._returned :]

    def _take_stamp_or_text(self, data):
        # Text that looks like a stamp is known by being what is missing; but an answer begins with a stamp.
        if is_stamp(data) and not (self._stamp and self._message.startswith(data[:LEN], self._returned)):
            self._stamp = self._stamp or data[:LEN]
            return data[LEN:]
        next_bracket = data.find(b"[", 1)
        text = data if next_bracket < 0 else data[:next_bracket]
        if not self._message.startswith(text, self._returned):
            raise Mismatch
        self._returned += len(text)
        return data[len(text) :]
