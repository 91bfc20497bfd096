"""The process's signals, for every server in it.

A signal comes to the process and not to a thread or a server, and Python calls its handlers in the main thread alone,
where a server need not be. So each server has its copy of each signal, as a byte on a socket of its own.
"""

import signal
import socket
import threading
from contextlib import suppress

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)

_tellers = []
_lock = threading.Lock()  # Guards the list, and that there is one thread to pass signals on.
_passes_on = False


def tell(teller):
    """From now on each signal's number is sent to this socket as a byte. To be called in the main thread, before anyone
    is told that the server listens: whoever knows that it does may end it."""
    with _lock:
        _tellers.append(teller)
        if not _passes_on:
            _begin()


def tell_no_more(teller):
    with _lock:
        _tellers.remove(teller)


def _begin():
    global _passes_on
    # Python itself writes the byte, in whichever thread the signal comes. A lock or a queue would not do: a signal that
    # comes just before the wait begins does not end it.
    told, teller = socket.socketpair()
    teller.setblocking(False)
    signal.set_wakeup_fd(teller.fileno(), warn_on_full_buffer=False)
    for number in SIGNALS:
        # A shell starts the background commands of a script with SIGINT ignored: it stays so.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
    threading.Thread(target=_pass_on, args=(told, teller), daemon=True).start()
    _passes_on = True


def _pass_on(told, _kept_open):
    while True:
        number = told.recv(1)
        with _lock:
            for teller in _tellers:
                # One that is full has enough to do.
                with suppress(OSError):
                    teller.send(number)
