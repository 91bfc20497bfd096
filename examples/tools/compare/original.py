"""Runs a program of the reader's own in the place of a twin: original.py PROGRAM.py TUTORIAL_PORT PORT

What it does at TUTORIAL_PORT it does at PORT instead; a server, given 0, at any port that is free. It then says where it listens.
Where it listens at another of the tutorial's ports, it does so at any that is free.
And hmac.new() takes MD5 again where no digest is named, as it did before Python 3.8.
"""

import hmac
import runpy
import socket
import sys

TUTORIAL_PORTS = (9527, 8765, 8888)


def main(program, tutorial_port, port):
    put_back_the_default_of_hmac()
    redirect(program, int(tutorial_port), int(port))
    sys.argv = [program]
    runpy.run_path(program, run_name="__main__")


def put_back_the_default_of_hmac():
    new = hmac.new

    def with_default(key, msg=None, digestmod="md5"):
        return new(key, msg, digestmod)

    hmac.new = with_default


def redirect(program, tutorial_port, port):
    def redirected(address):
        if isinstance(address, tuple) and address[1] == tutorial_port:
            return (address[0], port) + address[2:]
        return address

    class RedirectedSocket(socket.socket):
        is_asked_for = False

        def bind(self, address):
            if isinstance(address, tuple) and address[1] in TUTORIAL_PORTS:
                self.is_asked_for = address[1] == tutorial_port
                address = (address[0], port if self.is_asked_for else 0) + address[2:]
            super().bind(address)

        def connect(self, address):
            super().connect(redirected(address))

        def connect_ex(self, address):
            return super().connect_ex(redirected(address))

        def listen(self, *backlog):
            super().listen(*backlog)
            if self.is_asked_for:
                host, port = self.getsockname()[:2]
                host = f"[{host}]" if ":" in host else host
                print(f"{program} listens on {host}:{port}", flush=True)

    socket.socket = RedirectedSocket


if __name__ == "__main__":
    main(*sys.argv[1:])
