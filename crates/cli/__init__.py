"""The command line that programs have in common: addresses, durations, output, exit status.

Everything that a peer sent goes through escape() or show() before it is printed, so that it cannot move the cursor,
change colours or overwrite what is on the operator's terminal.
"""

from __future__ import annotations

import os
from argparse import Namespace
from contextlib import contextmanager, suppress
from typing import Callable, Iterator


class Error(Exception):
    """An error that says what a program could not do. Its `__cause__`, if any, says why."""


# What a program expects to go wrong. Anything else is a bug, and keeps its traceback.
ERRORS = (Error, OSError, ValueError)

# Control characters, line and paragraph separators, and what changes the writing direction (Unicode Standard Annex 9,
# section 2).
_CONTROLS = [*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
_ESCAPES = {**{code: f"\\u{{{code:x}}}" for code in _CONTROLS}, ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r"}
# "surrogateescape" decodes a byte that is not UTF-8 to 0xDC00 plus its value.
_BYTE_ESCAPES = {0xDC00 + byte: f"\\x{byte:02x}" for byte in range(0x80, 0x100)}


def say(line: str) -> None:
    """Prints a line to standard output, like `print`; but a closed pipe does not end the program."""
    _say_to(1, line)


def warn(line: str) -> None:
    """Prints a line to standard error; a closed pipe does not end the program."""
    _say_to(2, line)


def _say_to(descriptor: int, line: str) -> None:
    # One write, so that the lines of several threads do not mix. If nobody reads them, there is nobody to tell.
    with suppress(OSError):
        _write_all(descriptor, f"{line}\n".encode("utf-8", "backslashreplace"))


def escape(data: bytes) -> str:
    r"""Returns the bytes as text that cannot control a terminal.

    Control characters, and those that change the writing direction, become `\n` or `\u{202e}`; bytes that are not
    UTF-8 become `\xff`.
    """
    return data.decode("utf-8", "surrogateescape").translate({**_ESCAPES, **_BYTE_ESCAPES})


def show(data: bytes) -> None:
    """Prints a peer's reply and a line ending.

    The reply is escaped, but if standard output is a pipe or a file, bytes that are not UTF-8 stay unchanged.
    """
    if os.isatty(1):
        line = escape(data).encode()
    else:
        line = data.decode("utf-8", "surrogateescape").translate(_ESCAPES).encode("utf-8", "surrogateescape")
    _write_all(1, line + b"\n")


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


@contextmanager
def context(action: str) -> Iterator[None]:
    """Adds to an error what the program was doing: `with context("session"): ...`."""
    try:
        yield
    except ERRORS as error:
        raise Error(action) from error


def reason(error: BaseException) -> str:
    """Returns an error and its causes as one line."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text if error.__cause__ is None else f"{text}: {reason(error.__cause__)}"


def exit_code(program: str, run: Callable[[Namespace], None], args: Namespace) -> int:
    """Runs a program. Prints an error as one line on standard error, after the program's name.

    If the program's output is a pipe that was closed, this is a normal end: its reader has seen enough.
    """
    try:
        run(args)
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        # The status that a shell gives to a program that Ctrl-C ended.
        return 130
    except ERRORS as error:
        warn(f"{program}: {reason(error)}")
        return 1
    return 0
