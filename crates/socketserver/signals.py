"""The signals of the process, for every server in it."""

from __future__ import annotations

import signal
import threading
from typing import Callable

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1]

_handlers: list[Callable[[int], None]] = []


def on_signal(handler: Callable[[int], None]) -> None:
    """Calls the handler with each Ctrl-C, SIGTERM and SIGUSR1 from now on, in a thread of its own.

    The signals are blocked, so that sigwait() receives them. Threads that the process starts later inherit that.
    """
    if not _handlers:
        # One that the process was started to ignore stays ignored: a shell starts the background commands of a script
        # with SIGINT ignored.
        numbers = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
        signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
        threading.Thread(target=_deliver, args=[numbers], daemon=True).start()
    _handlers.append(handler)


def _deliver(numbers: list[signal.Signals]) -> None:
    while True:
        number = signal.sigwait(numbers)
        for handler in _handlers:
            handler(number)
