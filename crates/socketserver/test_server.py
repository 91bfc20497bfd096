"""Several servers in one process, as in src/server.rs.

Run with `python3 -m unittest crates.socketserver.test_server` in the workspace's folder.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from crates.socketserver import AllowList, ConnectionLimits, Server, Timeouts
from crates.socketserver.monitor import Monitor


def serve_two(pace):
    """What the tests run in a process of its own, because signals are a process's."""
    Monitor.PACE = pace
    limits, crowd = Timeouts(deadline=60, grace=0), ConnectionLimits(max_connections=1, when_full="close")
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    echo = Server.threaded(listeners[0], limits, AllowList(), crowd, "echo")
    nameless = Server.threaded(listeners[1], limits, AllowList(), crowd)
    print(*[listener.getsockname()[1] for listener in listeners], flush=True)
    with ThreadPoolExecutor() as threads:
        served = threads.submit(echo.run, echo_byte), threads.submit(nameless.run, echo_byte)
        for each in served:
            print(each.result())


def echo_byte(client):
    byte = client.recv(1)
    client.sendall(byte)
    if byte == b"w":
        threading.Event().wait()  # For ever.
    client.recv(1)


class Two(unittest.TestCase):
    def start(self, pace):
        folder = Path(__file__).resolve().parents[2]
        code = f"from crates.socketserver.test_server import serve_two; serve_two({pace})"
        program = [sys.executable, "-c", code]
        self.process = subprocess.Popen(
            program, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True
        )
        self.addCleanup(self.process.communicate)
        self.addCleanup(self.process.kill)
        self.ports = [int(port) for port in self.process.stdout.readline().split()]

    def client(self, server, byte=b"x"):
        """Has been answered by it, and stays."""
        client = socket.create_connection(("127.0.0.1", self.ports[server]), timeout=60)
        self.addCleanup(client.close)
        client.sendall(byte)
        self.assertEqual(client.recv(1), byte)
        return client

    def lines_of_errors(self, count):
        return sorted(self.process.stderr.readline() for _ in range(count))

    def test_a_signal_ends_both(self):
        for number in [signal.SIGTERM, signal.SIGINT]:
            with self.subTest(number):
                self.start(pace=60)
                self.client(0)
                os.kill(self.process.pid, number)
                out, err = self.process.communicate(timeout=60)
                none = "served 0: 0 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0\n"
                one = "served 1: 0 completed, 0 timed out, 0 failed, 1 closed at shutdown; refused 0\n"
                self.assertEqual((out, err), (one + none, ""))
                self.assertEqual(self.process.returncode, 0)

    def test_a_handler_that_does_not_end_is_left_behind_and_counted(self):
        self.start(pace=60)
        self.client(0, b"w")
        os.kill(self.process.pid, signal.SIGTERM)
        out, err = self.process.communicate(timeout=60)
        self.assertIn("served 1: 0 completed, 0 timed out, 0 failed, 1 closed at shutdown; refused 0\n", out)
        self.assertEqual((self.process.returncode, err), (0, ""))

    def test_the_line_of_the_minute_begins_with_the_name(self):
        self.start(pace=0.1)
        self.client(0)
        none = "served 0: 0 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0\n"
        self.assertEqual(self.lines_of_errors(1), [f"echo: 1 open; {none}"])

    def test_both_tell_how_things_stand_and_one_by_its_name(self):
        self.start(pace=60)
        self.client(1)
        os.kill(self.process.pid, signal.SIGUSR1)
        none = "served 0: 0 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0\n"
        self.assertEqual(self.lines_of_errors(2), [f"1 open; {none}", f"echo: 0 open; {none}"])

    def test_notices_begin_with_the_name(self):
        self.start(pace=60)
        for server, prefix in [(0, "echo: "), (1, "")]:
            self.client(server)
            with socket.create_connection(("127.0.0.1", self.ports[server]), timeout=60) as refused:
                self.assertEqual(refused.recv(1), b"")
            notice = f"{prefix}refused 127.0.0.1: all 1 connections are in use (--max-connections)\n"
            self.assertEqual(self.lines_of_errors(1), [notice])
