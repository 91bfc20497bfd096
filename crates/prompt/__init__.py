"""Lines from a person at a terminal, or from a pipe.

At a terminal there is a prompt `>>>`, line editing and a history; Ctrl-C, Ctrl-D and `quit` end. From a pipe or a
file the lines are taken as bytes, whatever their encoding, and no prompt is written.
"""

import sys

from crates.cli import say

# The longest line taken, in bytes, its ending aside.
MAX_LINE = 64 * 1024

# What is trimmed from a line. `bytes.strip()` by itself would take vertical tabs too.
WHITESPACE = b" \t\n\r\x0c"


class Prompt:
    """Standard input: with a prompt if it is a terminal."""

    def __init__(self):
        self._terminal = sys.stdin.isatty()
        if self._terminal:
            import readline  # noqa: F401  From now on input() has line editing and a history.

            sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")

    def line(self):
        """The next line without its ending, or None after the last or `quit`."""
        line = _line_from_terminal() if self._terminal else _line_from_pipe()
        if line is not None and len(line) > MAX_LINE:
            raise ValueError(f"a line is longer than {MAX_LINE} bytes; not sent")
        return None if line is None or line.strip(WHITESPACE) == b"quit" else line

    def lines(self):
        """All lines, up to the last or `quit`."""
        return iter(self.line, None)


def _line_from_terminal():
    try:
        return input(">>>").encode("utf-8", "surrogateescape")
    except (EOFError, KeyboardInterrupt):
        # What comes next begins on a line of its own.
        say("")
        return None


def _line_from_pipe():
    # Room for a line, its ending and one byte, which tells that it is too long.
    line = sys.stdin.buffer.readline(MAX_LINE + 3)
    if not line:
        return None
    if line.endswith(b"\n"):
        line = line[:-1]
        if line.endswith(b"\r"):
            line = line[:-1]
    return line
