"""Servers in a process: its signals, and what they report to the operator.

Run with `python3 -m unittest crates.socketserver.test_server` in the workspace's folder.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

from crates.socketserver import AllowList, Connection, ConnectionLimits, Server, Stats, Timeouts
from crates.socketserver.log import Log

NONE = "served 0: 0 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 0\n"
ONE_CLOSED = "served 1: 0 completed, 0 timed out, 0 failed, 1 closed at shutdown; refused 0\n"


def serve_two(interval: float) -> None:
    """Runs two servers in a process of their own, because signals belong to a process."""
    timeouts, limits = Timeouts(deadline=60, grace=0), ConnectionLimits(max_connections=1, when_full="close")
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    echo = Server(listeners[0], timeouts, AllowList(), limits, name="echo")
    nameless = Server(listeners[1], timeouts, AllowList(), limits)
    print(*[listener.getsockname()[1] for listener in listeners], flush=True)
    with mock.patch("crates.socketserver.server.INTERVAL", interval), ThreadPoolExecutor() as threads:
        for stats in [threads.submit(echo.run, echo_byte), threads.submit(nameless.run, echo_byte)]:
            print(stats.result())


def echo_byte(client: Connection) -> None:
    """Fails at `f`, and never returns after `w`."""
    byte = client.recv(1)
    if byte == b"f":
        raise KeyError
    client.sendall(byte)
    if byte == b"w":
        threading.Event().wait()
    client.recv(1)


class TwoServers(unittest.TestCase):
    def start(self, interval: float = 60) -> None:
        code = f"from crates.socketserver.test_server import serve_two; serve_two({interval})"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=Path(__file__).resolve().parents[2],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            universal_newlines=True,
        )
        self.addCleanup(self.process.communicate)
        self.addCleanup(self.process.kill)
        assert self.process.stdout
        self.ports = [int(port) for port in self.process.stdout.readline().split()]

    def connect(self, server: int, byte: bytes = b"x", reply: bytes = b"x") -> None:
        """Sends a byte, receives a reply, and stays."""
        client = socket.create_connection(("127.0.0.1", self.ports[server]), timeout=60)
        self.addCleanup(client.close)
        client.sendall(byte)
        self.assertEqual(client.recv(1), reply)

    def warnings(self, count: int) -> list[str]:
        assert self.process.stderr
        return sorted(self.process.stderr.readline() for _ in range(count))

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[str, str]:
        os.kill(self.process.pid, number)
        output, errors = self.process.communicate(timeout=60)
        self.assertEqual(self.process.returncode, 0)
        return output, errors

    def test_a_signal_ends_both(self) -> None:
        for number in [signal.SIGTERM, signal.SIGINT]:
            with self.subTest(number):
                self.start()
                self.connect(0)
                self.assertEqual(self.stop(number), (ONE_CLOSED + NONE, ""))

    def test_a_handler_that_never_returns_is_counted_and_left_behind(self) -> None:
        self.start()
        self.connect(0, b"w", b"w")
        self.assertEqual(self.stop(), (ONE_CLOSED + NONE, ""))

    def test_a_handler_with_a_bug_fails_alone(self) -> None:
        self.start()
        self.connect(0, b"f", b"")
        self.connect(0)
        output, errors = self.stop()
        self.assertIn("served 2: 0 completed, 0 timed out, 1 failed, 1 closed at shutdown; refused 0\n", output)
        self.assertRegex(errors, "the handler has a bug; closed its connection\\nTraceback")

    def test_the_status_is_printed_at_an_interval_if_it_has_changed(self) -> None:
        self.start(interval=0.1)
        self.connect(0)
        self.assertEqual(self.warnings(1), [f"echo: 1 open; {NONE}"])
        _, errors = self.stop()
        self.assertNotIn(" open; ", errors)

    def test_sigusr1_prints_the_status_of_both(self) -> None:
        self.start()
        self.connect(1)
        os.kill(self.process.pid, signal.SIGUSR1)
        self.assertEqual(self.warnings(2), [f"1 open; {NONE}", f"echo: 0 open; {NONE}"])

    def test_warnings_begin_with_the_name(self) -> None:
        self.start()
        for server, prefix in [(0, "echo: "), (1, "")]:
            self.connect(server)
            with socket.create_connection(("127.0.0.1", self.ports[server]), timeout=60) as refused:
                self.assertEqual(refused.recv(1), b"")
            warning = f"{prefix}refused 127.0.0.1: all 1 connections are in use (--max-connections)\n"
            self.assertEqual(self.warnings(1), [warning])


class Reports(unittest.TestCase):
    def test_each_kind_of_warning_is_printed_at_most_once_a_minute(self) -> None:
        log = Log("")
        for kind, now, is_due in [("full", 0, True), ("files", 1, True), ("full", 59, False), ("full", 60, True)]:
            self.assertEqual(log.is_due(kind, now), is_due, (kind, now))

    def test_only_reasons_that_occurred_are_named(self) -> None:
        for stats, text in [
            (Stats(), "refused 0"),
            (Stats(not_in_allow=1), "refused 1 (1 not in --allow)"),
            (Stats(over_max_connections=2, not_in_allow=1), "refused 3 (2 over --max-connections, 1 not in --allow)"),
            (Stats(over_max_per_address=2), "refused 2 (2 over --max-per-address)"),
        ]:
            self.assertTrue(str(stats).endswith(f" closed at shutdown; {text}"), stats)
