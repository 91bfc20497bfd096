"""When the operator is told what goes on, as in src/monitor.rs.

Run with `python3 -m unittest crates.socketserver.test_monitor` in the workspace's folder.
"""

import unittest

from crates.socketserver.monitor import Monitor, Status
from crates.socketserver.stats import Rejections, Stats


def status(open_ones, completed):
    return Status(open_ones, str(Stats(completed=completed)))


OPEN, LEFT = status(1, 0), status(0, 1)


class Pace(unittest.TestCase):
    def setUp(self):
        self.monitor = Monitor()

    def test_it_rests_while_nothing_happens(self):
        for now in [0, 100, 10_000]:
            self.assertFalse(self.monitor.is_due(status(0, 0), now))
            self.assertIsNone(self.monitor.rest(status(0, 0), now))

    def test_it_tells_a_minute_after_a_change_and_rests_again(self):
        self.assertEqual(self.monitor.rest(OPEN, 1000), 60)
        self.assertFalse(self.monitor.is_due(LEFT, 1059))
        self.assertEqual(self.monitor.rest(LEFT, 1059), 1)
        self.assertTrue(self.monitor.is_due(LEFT, 1060))
        self.assertFalse(self.monitor.is_due(LEFT, 1060))
        self.assertIsNone(self.monitor.rest(LEFT, 1060))

    def test_it_tells_once_a_minute_while_things_change(self):
        lines = 0
        for now in range(601):
            lines += self.monitor.is_due(status(1, now), now)
            self.assertIsNotNone(self.monitor.rest(status(1, now), now))
        self.assertEqual(lines, 10)

    def test_it_is_silent_while_a_session_goes_on_but_looks(self):
        self.monitor.rest(OPEN, 0)
        self.assertTrue(self.monitor.is_due(OPEN, 60))
        for minute in range(1, 10):
            self.assertEqual(self.monitor.rest(OPEN, 60 * minute), 60)
            self.assertFalse(self.monitor.is_due(OPEN, 60 * minute + 60))
        self.assertIsNotNone(self.monitor.rest(OPEN, 600))
        self.assertTrue(self.monitor.is_due(LEFT, 660))

    def test_what_was_asked_for_is_not_told_again(self):
        self.monitor.rest(OPEN, 0)
        self.monitor.told(LEFT)
        self.assertFalse(self.monitor.is_due(LEFT, 60))
        self.assertIsNone(self.monitor.rest(LEFT, 60))


class Words(unittest.TestCase):
    def test_told_is_why_only_where_some_were_refused(self):
        self.assertEqual(str(Rejections()), "0")
        self.assertEqual(str(Rejections(not_in_allow=1)), "1 (1 not in --allow)")
        self.assertEqual(str(Rejections(2, 0, 1)), "3 (2 over --max-connections, 1 not in --allow)")
        self.assertEqual(str(Rejections(1, 2, 3)), "6 (1 over --max-connections, 2 over --max-per-address, 3 not in --allow)")
