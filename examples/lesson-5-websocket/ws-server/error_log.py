from __future__ import annotations

import logging
import os
import sys
from contextlib import contextmanager
from datetime import datetime
from logging.handlers import RotatingFileHandler
from typing import Iterable, Iterator

from crates import cli
from crates.cli import escape, reason, warn
from crates.cli.line_limit import LineLimit
from crates.socketserver import Connection

# The size at which a log is renamed to FILE.1 and a new one begins, in bytes.
MAX_SIZE = 1 << 20
# The number of renamed logs that are kept: FILE.1 to FILE.4.
MAX_OLD_LOGS = 4


class ErrorLog:
    """The file with one line for each session that did not end normally: time, client, port and reason."""

    def __init__(self, path: str) -> None:
        """Opens the log. A server opens it before it listens, so that it never runs without one."""
        with cli.context(f"cannot write to the error log {path} (--error-log)"):
            handler = _Handler(path, maxBytes=MAX_SIZE, backupCount=MAX_OLD_LOGS, encoding="utf-8")
        # A device such as /dev/null has no size, and must not be renamed.
        if not os.path.isfile(path):
            handler.maxBytes = 0
        handler.setFormatter(_Formatter("%(asctime)s %(message)s"))
        self._logger = logging.Logger("errors")
        self._logger.addHandler(handler)
        self._limit = LineLimit()

    @contextmanager
    def record_errors(self, client: Connection, port: str) -> Iterator[None]:
        """Writes a line if a session on this port fails."""
        try:
            yield
        except cli.ERRORS as error:
            if not client.is_shutting_down():
                self._write(self._limit.left_out())
                if self._limit.permits(client.peer_addr.host):
                    self._write([f"{client.peer_addr} {port}: {reason(error)}"])
            raise

    def finish(self) -> None:
        """Writes what is left to write before the server ends."""
        self._write(self._limit.finish())

    def _write(self, lines: Iterable[str]) -> None:
        for line in lines:
            # Escaped, because a reason can contain text from the client, which must not look like another line.
            self._logger.error(escape(line.encode()))


class _Handler(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        if error is not None:
            warn(f"cannot write to the error log {self.baseFilename}: {reason(error)}")


class _Formatter(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="seconds")
