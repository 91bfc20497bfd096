"""Runs a tutorial's program on another port: original.py PROGRAM.py TUTORIAL_PORT PORT

A client connects to PORT instead of TUTORIAL_PORT. A server listens on PORT, where 0 is any free port, and prints the
address; if it also listens on another of the tutorial's ports, that becomes any free port.

Also makes MD5 the default of hmac.new() again, as it was before Python 3.8.
"""

from __future__ import annotations

import hmac
import runpy
import socket
import sys
from typing import Any

TUTORIAL_PORTS = (9527, 8765, 8888)


def main(program: str, tutorial_port: int, port: int) -> None:
    restore_hmac_default()
    redirect(program, tutorial_port, port)
    sys.argv = [program]
    runpy.run_path(program, run_name="__main__")


def restore_hmac_default() -> None:
    new = hmac.new

    def new_with_default(key: bytes, msg: bytes | None = None, digestmod: Any = "md5") -> hmac.HMAC:
        return new(key, msg, digestmod)

    hmac.new = new_with_default  # type: ignore[assignment]


def redirect(program: str, tutorial_port: int, port: int) -> None:
    def redirected(address: Any) -> Any:
        if isinstance(address, tuple) and address[1] == tutorial_port:
            return (address[0], port, *address[2:])
        return address

    class RedirectedSocket(socket.socket):
        is_the_lesson_s = False

        def bind(self, address: Any) -> None:
            if isinstance(address, tuple) and address[1] in TUTORIAL_PORTS:
                self.is_the_lesson_s = address[1] == tutorial_port
                address = (address[0], port if self.is_the_lesson_s else 0, *address[2:])
            super().bind(address)

        def connect(self, address: Any) -> None:
            super().connect(redirected(address))

        def connect_ex(self, address: Any) -> int:
            return super().connect_ex(redirected(address))

        def listen(self, backlog: int = 128) -> None:
            super().listen(backlog)
            if self.is_the_lesson_s:
                host, bound_port = self.getsockname()[:2]
                host = f"[{host}]" if ":" in host else host
                print(f"{program} listens on {host}:{bound_port}", flush=True)

    socket.socket = RedirectedSocket  # type: ignore[misc]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
