"""Reads lines from a person at a terminal, or from a pipe.

At a terminal there are a prompt `>>>`, line editing and a history; Ctrl-C, Ctrl-D and `quit` end the input. From a pipe
or a file, lines may have any encoding, and no prompt is printed.
"""

from __future__ import annotations

import io
import sys
from typing import Iterator

from crates.cli import say

# The maximum length of a line, in bytes, without its ending.
MAX_LINE = 64 * 1024

# What programs strip from a line. Without an argument, `bytes.strip` would also strip vertical tabs.
WHITESPACE = b" \t\n\r\x0c"


class Prompt:
    """A source of lines: standard input, with a prompt if it is a terminal."""

    def __init__(self) -> None:
        self._is_terminal = sys.stdin.isatty()
        if self._is_terminal:
            import readline  # noqa: F401  It gives `input` line editing and a history.

            if isinstance(sys.stdin, io.TextIOWrapper):
                sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")

    def line(self) -> bytes | None:
        """Reads the next line, without its ending. Returns None after the last one, or after `quit`."""
        line = _line_from_terminal() if self._is_terminal else _line_from_pipe()
        if line is None or line.strip(WHITESPACE) == b"quit":
            return None
        if len(line) > MAX_LINE:
            raise ValueError(f"a line is longer than {MAX_LINE} bytes; not sent")
        return line

    def lines(self) -> Iterator[bytes]:
        """Reads all lines."""
        return iter(self.line, None)


def _line_from_terminal() -> bytes | None:
    try:
        return input(">>>").encode("utf-8", "surrogateescape")
    except (EOFError, KeyboardInterrupt):
        # The cursor is still after the prompt.
        say("")
        return None


def _line_from_pipe() -> bytes | None:
    # One byte more than a line and its ending shows that a line is too long.
    line = sys.stdin.buffer.readline(MAX_LINE + 3)
    if line.endswith(b"\r\n"):
        return line[:-2]
    if line.endswith(b"\n"):
        return line[:-1]
    return line or None
