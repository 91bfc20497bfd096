"""Lesson 3, lines as the tutorial has them: echoes one line per connection, with a timestamp; one client at a time.

Run with `python3 examples/lesson-3-lines/naive-line-server/main.py`. It is weak on purpose.
"""

from __future__ import annotations

import ipaddress
import sys
from socketserver import StreamRequestHandler, TCPServer
from time import ctime


class Handler(StreamRequestHandler):
    """Replies to one client. If this raises an exception, socketserver prints it and goes on with the next client."""

    def handle(self) -> None:
        print("{}:{}: connected".format(*self.client_address))
        # Weak: no timeout, so a client that says nothing keeps all others waiting forever.
        # Weak: no limit, so a line that never ends fills the memory.
        line = self.rfile.readline().decode()
        self.wfile.write(f"[{ctime()}] {line}".encode())


host, port = (sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9527").rsplit(":", 1)
if not ipaddress.ip_address(host).is_loopback:
    sys.exit(f"{host} is not a loopback address; this program is too weak for a network")
TCPServer.allow_reuse_address = True
server = TCPServer((host, int(port)), Handler)
print("naive-line-server listens on {}:{}".format(*server.server_address))
server.serve_forever()
