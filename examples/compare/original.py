"""Runs a program of the reader's own in the place of a twin: original.py PROGRAM.py PORT

What it does at port 9527 it does at PORT instead; a server, given 0, at any port that is free. It then says where it listens.
And hmac.new() takes MD5 again where no digest is named, as it did before Python 3.8.
"""

import hmac
import runpy
import socket
import sys

TUTORIAL_PORT = 9527


def main(program, port):
    put_back_the_default_of_hmac()
    redirect(program, int(port))
    sys.argv = [program]
    runpy.run_path(program, run_name="__main__")


def put_back_the_default_of_hmac():
    new = hmac.new

    def with_default(key, msg=None, digestmod="md5"):
        return new(key, msg, digestmod)

    hmac.new = with_default


def redirect(program, port):
    def redirected(address):
        if isinstance(address, tuple) and address[1] == TUTORIAL_PORT:
            return (address[0], port) + address[2:]
        return address

    class RedirectedSocket(socket.socket):
        def bind(self, address):
            super().bind(redirected(address))

        def connect(self, address):
            super().connect(redirected(address))

        def connect_ex(self, address):
            return super().connect_ex(redirected(address))

        def listen(self, *backlog):
            super().listen(*backlog)
            host, port = self.getsockname()[:2]
            print(f"{program} listens on {host}:{port}", flush=True)

    socket.socket = RedirectedSocket


if __name__ == "__main__":
    main(*sys.argv[1:])
