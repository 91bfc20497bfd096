import os
from contextlib import contextmanager
from datetime import datetime

from crates import cli
from crates.cli import escape, reason, warn


class ErrorLog:
    """The file that tells of sessions which did not end as they should: a line each, with time, client, port and why."""

    def __init__(self, descriptor, path):
        self._descriptor, self._path = descriptor, path

    @classmethod
    def open(cls, path):
        """Opened before anything listens: better no server than one whose errors nobody learns of."""
        with cli.context(f"cannot write to the error log {path} (--error-log)"):
            return cls(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666), path)

    @contextmanager
    def watch(self, client, port):
        """Writes down how a session on this port ended, if that was not as it should."""
        try:
            yield
        except cli.ERRORS as error:
            if not client.is_shutting_down():
                self._write(f"{client.peer_addr} {port}: {reason(error)}")
            raise

    def _write(self, text):
        time = datetime.now().astimezone().isoformat(timespec="seconds")
        # In one piece, so that lines of several threads do not mix; and one line, whatever a client has sent.
        line = f"{time} {escape(text.encode())}\n".encode()
        try:
            while line:
                line = line[os.write(self._descriptor, line) :]
        except OSError as error:
            warn(f"cannot write to the error log {self._path}: {reason(error)}")
