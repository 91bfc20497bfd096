# Waits for every client, also for one that never says anything.

from __future__ import annotations

import signal
import socket
import sys
import threading
import time

host, port = sys.argv[1].rsplit(":", 1)
grace = int(sys.argv[2]) / 1000


def serve(client: socket.socket) -> None:
    """Replies to one request, slowly."""
    with client:
        if client.recv(1024):
            client.sendall(b"begin\n")
            time.sleep(0.5)
            client.sendall(b"end\n")


for number in [signal.SIGINT, signal.SIGTERM]:
    signal.signal(number, signal.default_int_handler)
listener = socket.create_server((host, int(port)))
print("graceful-shutdown listens on {}:{}".format(*listener.getsockname()))
threads: list[threading.Thread] = []
try:
    while True:
        client, _ = listener.accept()
        threads = [thread for thread in threads if thread.is_alive()]
        # A daemon thread does not keep the program from ending.
        threads.append(threading.Thread(target=serve, args=[client], daemon=True))
        threads[-1].start()
except KeyboardInterrupt:
    print("shutting down")
listener.close()
for thread in threads:
    thread.join()
