"""Lesson 4, threads as the tutorial has them: echoes one message per connection, a thread per client.

Run with `python3 examples/lesson-4-threads/naive-threaded-server/main.py`. It is weak on purpose.
"""

from __future__ import annotations

import ipaddress
import sys
from socketserver import BaseRequestHandler, ThreadingTCPServer
from time import ctime


class Handler(BaseRequestHandler):
    """Replies to one client. If this raises an exception, socketserver prints it; other clients do not notice."""

    def handle(self) -> None:
        print("{}:{}: connected".format(*self.client_address))
        # Weak: no timeout, so a client that says nothing keeps its thread forever.
        # Weak: a single read: of a message that arrives in pieces, this is the first.
        message = self.request.recv(1024).decode()
        if not message:
            return
        reply = f"[{ctime()}] {message}"
        # Weak: what the client sends reaches the terminal unescaped.
        print(reply)
        self.request.sendall(reply.encode())


host, port = (sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9527").rsplit(":", 1)
if not ipaddress.ip_address(host).is_loopback:
    sys.exit(f"{host} is not a loopback address; this program is too weak for a network")
# Weak: no limit to the number of threads; with too many open files, socketserver silently accepts nobody.
ThreadingTCPServer.allow_reuse_address = True
server = ThreadingTCPServer((host, int(port)), Handler)
print("naive-threaded-server listens on {}:{}".format(*server.server_address))
server.serve_forever()
