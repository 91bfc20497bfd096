"""How long a handler may read and write, and how it ends a connection, as in src/connection.rs.

Run with `python3 -m unittest crates.socketserver.test_connection` in the workspace's folder.
"""

import socket
import threading
import time
import unittest
from contextlib import closing
from unittest import mock

from crates.socketserver.connection import Connection, CloseCause

# Longer than anything here takes when all is well.
LONG = 60

SHORT = 0.4

# Other than it is, so that it can be told from no time at all on a machine that is busy.
DRAIN_TIMEOUT = 1


class Case(unittest.TestCase):
    def setUp(self):
        patch = mock.patch("crates.socketserver.connection.DRAIN_TIMEOUT", DRAIN_TIMEOUT)
        patch.start()
        self.addCleanup(patch.stop)
        with closing(socket.create_server(("127.0.0.1", 0))) as listener:
            self.client = socket.create_connection(listener.getsockname(), timeout=LONG)
            self.stream, self.peer_addr = listener.accept()
        self.addCleanup(self.client.close)
        self.addCleanup(self.stream.close)

    def connection(self, allowed):
        return Connection(self.stream, self.peer_addr, allowed)

    def assert_reads_end_after(self, seconds, connection):
        """Whatever comes meanwhile."""
        start = time.monotonic()
        over = threading.Event()

        def drip():
            while not over.wait(SHORT / 10):
                self.client.sendall(b"x")

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            with self.assertRaisesRegex(TimeoutError, "^the deadline passed$"):
                while True:
                    connection.recv(1)
        finally:
            over.set()
            dripping.join()
        after = time.monotonic() - start
        self.assertTrue(seconds * 0.9 < after < seconds * 3, after)


class Grant(Case):
    def test_reads_do_not_renew_it(self):
        connection = self.connection(LONG)
        connection.set_deadline(SHORT)
        self.assert_reads_end_after(SHORT, connection)

    def test_nor_those_of_a_session(self):
        connection = self.connection(LONG)
        connection.set_idle_timeout(LONG)
        connection.set_deadline(SHORT)
        self.assert_reads_end_after(SHORT, connection)

    def test_it_can_be_more_than_there_was(self):
        connection = self.connection(SHORT)
        connection.set_deadline(SHORT * 3)
        self.assert_reads_end_after(SHORT * 3, connection)

    def test_a_session_after_it_is_renewed(self):
        connection = self.connection(LONG)
        connection.set_deadline(LONG)
        connection.set_idle_timeout(SHORT * 4)
        for _ in range(5):
            time.sleep(SHORT)
            self.client.sendall(b"x")
            self.assertEqual(connection.recv(1), b"x")

    def test_what_is_over_is_not_renewed(self):
        self.client.sendall(b"x")
        for renew in [Connection.set_deadline, Connection.set_idle_timeout]:
            connection = self.connection(0)
            renew(connection, LONG)
            with self.assertRaises(TimeoutError):
                connection.recv(1)


class LastWord(Case):
    def test_it_can_be_said_after_the_deadline(self):
        connection = self.connection(0)
        self.client.sendall(b"not read")
        with self.assertRaises(TimeoutError):
            connection.recv(1)
        connection.sendall(b"too late")
        self.assertEqual(self.client.recv(9), b"too late")
        self.assertIs(connection.close_cause, CloseCause.DEADLINE)

    def test_and_at_the_end_of_the_server(self):
        connection = self.connection(LONG)
        connection.end(CloseCause.ENDING)
        self.client.sendall(b"not read")
        with self.assertRaisesRegex(ConnectionAbortedError, "^the server is shutting down$"):
            connection.recv(1)
        connection.sendall(b"bye")
        self.assertEqual(self.client.recv(4), b"bye")

    def test_the_end_wakes_a_read(self):
        connection = self.connection(LONG)
        ending = threading.Timer(SHORT, connection.end, [CloseCause.ENDING])
        ending.start()
        with self.assertRaises(ConnectionAbortedError):
            connection.recv(1)
        ending.join()

    def test_not_for_ever(self):
        connection = self.connection(0)
        start = time.monotonic()
        with self.assertRaises(TimeoutError):
            connection.sendall(b"x" * (64 << 20))
        after = time.monotonic() - start
        self.assertTrue(DRAIN_TIMEOUT * 0.9 < after < DRAIN_TIMEOUT * 3, after)

    def test_nor_after_the_cut(self):
        connection = self.connection(LONG)
        connection.end(CloseCause.ENDING)
        connection.cut()
        with self.assertRaisesRegex(ConnectionAbortedError, "^the server is shutting down$"):
            connection.sendall(b"bye")


class HangUp(Case):
    def test_what_was_said_last_arrives_though_bytes_are_unread(self):
        connection = self.connection(LONG)
        self.client.sendall(b"x" * 100_000)
        connection.sendall(b"enough")
        ended = threading.Thread(target=lambda: (connection.lingering_close(), self.stream.close()))
        ended.start()
        received = self.client.recv(7)
        self.assertEqual((received, self.client.recv(1)), (b"enough", b""))
        self.client.close()
        ended.join()

    def test_it_ends_when_the_client_has_closed(self):
        connection = self.connection(LONG)
        self.client.close()
        self.assert_takes(connection.lingering_close, 0)

    def test_it_does_not_wait_for_ever(self):
        self.assert_takes(self.connection(LONG).lingering_close, DRAIN_TIMEOUT)

    def test_the_deadline_holds(self):
        connection = self.connection(-DRAIN_TIMEOUT)
        self.assert_takes(connection.lingering_close, 0)

    def test_it_does_not_take_everything(self):
        connection = self.connection(LONG)
        flood = threading.Thread(target=self.flood)
        flood.start()
        self.assert_takes(connection.lingering_close, 0)
        self.stream.close()
        flood.join()

    def flood(self):
        with self.assertRaises(ConnectionError):
            self.client.sendall(b"x" * (64 << 20))

    def assert_takes(self, action, seconds):
        start = time.monotonic()
        action()
        after = time.monotonic() - start
        self.assertTrue(seconds * 0.9 <= after < seconds + DRAIN_TIMEOUT * 0.8, after)
