from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import datetime
from typing import Iterator

from crates import cli
from crates.cli import escape, reason, warn
from crates.socketserver import Connection


class ErrorLog:
    """The file with one line for each session that did not end normally: time, client, port and reason."""

    def __init__(self, path: str) -> None:
        """Opens the log. A server opens it before it listens, so that it never runs without one."""
        self._path = path
        with cli.context(f"cannot write to the error log {path} (--error-log)"):
            self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)

    @contextmanager
    def record_errors(self, client: Connection, port: str) -> Iterator[None]:
        """Writes a line if a session on this port fails."""
        try:
            yield
        except cli.ERRORS as error:
            if not client.is_shutting_down():
                self._write(f"{client.peer_addr} {port}: {reason(error)}")
            raise

    def _write(self, text: str) -> None:
        time = datetime.now().astimezone().isoformat(timespec="seconds")
        # Escaped, because the reason can contain text from the client, which must not look like another line.
        line = f"{time} {escape(text.encode())}\n".encode()
        try:
            # One write, so that the lines of several threads do not mix.
            while line:
                line = line[os.write(self._descriptor, line) :]
        except OSError as error:
            warn(f"cannot write to the error log {self._path}: {reason(error)}")
