"""What programs say to people: lines that a peer cannot forge, and a clear end.

Whatever a peer sent goes through escape() or show() before it is printed, so that it cannot move the cursor,
recolour or rewrite what stands on the operator's terminal.
"""

import os
from contextlib import contextmanager, suppress

# What a program expects to go wrong. Anything else is a mistake of its own, and keeps its traceback.
ERRORS = (OSError, ValueError)

# Control characters, line and paragraph separators, and what overrides the direction of writing
# (Unicode Standard Annex 9, section 2).
_CONTROLS = [*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
_ESCAPED = {**{code: f"\\u{{{code:x}}}" for code in _CONTROLS}, ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r"}
# "surrogateescape" decodes a byte that is no UTF-8 to this code point and its value.
_ESCAPED_BYTES = {0xDC00 + byte: f"\\x{byte:02x}" for byte in range(0x80, 0x100)}


def say(line):
    """Prints a line to standard output; a closed pipe does not end the program."""
    _say_to(1, line)


def warn(line):
    """Prints a line to standard error; a closed pipe does not end the program."""
    _say_to(2, line)


def _say_to(descriptor, line):
    # In one piece, so that lines of several threads do not mix. Where nobody reads, there is nobody to tell.
    with suppress(OSError):
        _write_all(descriptor, f"{line}\n".encode("utf-8", "backslashreplace"))


def escape(data):
    """The bytes as text in which nothing acts on a terminal: control characters and those that turn the writing
    direction are written as `\\n` or `\\u{202e}`, bytes that are no UTF-8 as `\\xff`."""
    return data.decode("utf-8", "surrogateescape").translate({**_ESCAPED, **_ESCAPED_BYTES})


def show(data):
    """Prints what a peer answered, and a line ending: escaped, but for bytes that are no UTF-8, which pass as they
    came where standard output is a pipe or a file."""
    if os.isatty(1):
        line = escape(data).encode()
    else:
        line = data.decode("utf-8", "surrogateescape").translate(_ESCAPED).encode("utf-8", "surrogateescape")
    _write_all(1, line + b"\n")


def _write_all(descriptor, data):
    while data:
        data = data[os.write(descriptor, data) :]


@contextmanager
def context(text):
    """Says what was under way when something went wrong: `with context("session"): ...`."""
    try:
        yield
    except ERRORS as error:
        raise OSError(text) from error


def reason(error):
    """An error and what caused it, in one line."""
    parts = []
    while error is not None:
        system = isinstance(error, OSError) and error.errno is not None
        parts.append(f"{error.strerror} (os error {error.errno})" if system else str(error))
        error = error.__cause__
    return ": ".join(parts)


def exit_code(program, run, args):
    """Runs a program; how it ends: an error as one line on standard error after the program's name, and status 1.

    A closed pipe where the program prints is a normal end: its reader has seen enough.
    """
    try:
        run(args)
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        # As the shell counts a program that Ctrl-C ended.
        return 130
    except ERRORS as error:
        warn(f"{program}: {reason(error)}")
        return 1
    return 0
