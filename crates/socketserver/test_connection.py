"""How long a handler may read and write, and how it closes a connection, as in tests/it/deadline.rs and drain.rs.

Run with `python3 -m unittest crates.socketserver.test_connection` in the workspace's folder.
"""

from __future__ import annotations

import socket
import threading
import time
import unittest
from contextlib import suppress
from typing import Callable
from unittest import mock

from crates.cli.address import Address
from crates.socketserver.connection import Connection

# Longer than anything here takes unless it fails, in seconds.
LONG = 60.0

SHORT = 0.4

# Longer than it is, so that it differs from no time at all on a busy machine.
DRAIN_TIMEOUT = 1.0


class Case(unittest.TestCase):
    def setUp(self) -> None:
        patch = mock.patch("crates.socketserver.connection.DRAIN_TIMEOUT", DRAIN_TIMEOUT)
        patch.start()
        self.addCleanup(patch.stop)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.client = socket.create_connection(listener.getsockname(), timeout=LONG)
            self.stream, _ = listener.accept()
        self.addCleanup(self.client.close)
        self.addCleanup(self.stream.close)
        self.reads_ended = threading.Event()

    def connection(self, deadline: float) -> Connection:
        return Connection(self.stream, Address("127.0.0.1", 1), deadline, self.reads_ended)

    def end_reads(self) -> None:
        self.reads_ended.set()
        self.stream.shutdown(socket.SHUT_RD)

    def assert_takes(self, seconds: float, action: Callable[[], object]) -> None:
        start = time.monotonic()
        action()
        taken = time.monotonic() - start
        self.assertTrue(seconds * 0.9 <= taken < seconds + SHORT * 2, taken)


class TimeLimits(Case):
    def assert_reads_end_after(self, seconds: float, connection: Connection) -> None:
        """Although the client sends a byte from time to time."""
        stop = threading.Event()

        def drip() -> None:
            while not stop.wait(SHORT / 10):
                self.client.sendall(b"x")

        def read() -> None:
            with self.assertRaisesRegex(TimeoutError, "^the deadline passed$"):
                while True:
                    connection.recv(1)

        thread = threading.Thread(target=drip)
        thread.start()
        self.assert_takes(seconds, read)
        stop.set()
        thread.join()

    def test_reads_do_not_extend_a_deadline(self) -> None:
        self.assert_reads_end_after(SHORT, self.connection(SHORT))

    def test_a_session_can_get_a_deadline_and_a_deadline_more_time(self) -> None:
        connection = self.connection(LONG)
        connection.set_idle_timeout(LONG)
        connection.set_deadline(SHORT)
        connection.set_deadline(SHORT * 3)
        self.assert_reads_end_after(SHORT * 3, connection)

    def test_each_message_renews_the_idle_timeout(self) -> None:
        connection = self.connection(SHORT)
        connection.set_idle_timeout(SHORT * 4)
        for _ in range(5):
            time.sleep(SHORT)
            self.client.sendall(b"x")
            self.assertEqual(connection.recv(1), b"x")

    def test_nothing_extends_a_deadline_that_has_passed(self) -> None:
        self.client.sendall(b"x")
        after_a_session = self.connection(LONG)
        after_a_session.set_idle_timeout(SHORT / 10)
        self.assertEqual(after_a_session.recv(1), b"x")
        with self.assertRaises(TimeoutError):
            after_a_session.recv(1)
        self.client.sendall(b"x")
        for connection in [self.connection(0), after_a_session]:
            connection.set_deadline(LONG)
            connection.set_idle_timeout(LONG)
            with self.assertRaises(TimeoutError):
                connection.recv(1)
            self.assertTrue(connection.is_timed_out())


class Drain(Case):
    def test_a_handler_can_send_after_the_deadline(self) -> None:
        connection = self.connection(0)
        self.client.sendall(b"not read")
        with self.assertRaises(TimeoutError):
            connection.recv(1)
        connection.sendall(b"too late")
        self.assertEqual(self.client.recv(9), b"too late")

    def test_a_handler_can_send_after_the_shutdown_which_ends_its_read(self) -> None:
        connection = self.connection(LONG)
        timer = threading.Timer(SHORT, self.end_reads)
        timer.start()
        for _ in range(2):
            with self.assertRaisesRegex(ConnectionAbortedError, "^the server is shutting down$"):
                connection.recv(1)
            self.client.sendall(b"not read")
        timer.join()
        connection.sendall(b"bye")
        self.assertEqual(self.client.recv(4), b"bye")
        self.stream.shutdown(socket.SHUT_RDWR)
        with self.assertRaisesRegex(ConnectionAbortedError, "^the server is shutting down$"):
            connection.sendall(b"bye")

    def test_a_handler_cannot_send_for_long(self) -> None:
        connection = self.connection(0)

        def flood() -> None:
            with self.assertRaises(TimeoutError):
                connection.sendall(b"x" * (64 << 20))

        self.assert_takes(DRAIN_TIMEOUT, flood)


class LingeringClose(Case):
    def test_the_final_message_arrives_although_bytes_are_unread(self) -> None:
        connection = self.connection(LONG)
        self.client.sendall(b"x" * 100_000)
        connection.sendall(b"enough")
        self.client.shutdown(socket.SHUT_WR)
        self.assert_takes(0, connection.lingering_close)
        self.stream.close()
        self.assertEqual((self.client.recv(7), self.client.recv(1)), (b"enough", b""))

    def test_it_waits_for_a_silent_client_until_the_drain_timeout(self) -> None:
        self.assert_takes(DRAIN_TIMEOUT, self.connection(LONG).lingering_close)

    def test_it_discards_a_limited_number_of_bytes(self) -> None:
        def flood() -> None:
            with suppress(ConnectionError):
                self.client.sendall(b"x" * (64 << 20))

        thread = threading.Thread(target=flood)
        thread.start()
        self.assert_takes(0, self.connection(LONG).lingering_close)
        self.stream.close()
        thread.join()
