"""For fixed keys and challenges, Python and Rust compute the same responses (tests/it/golden.rs).

Run with `python3 -m unittest crates.mp.test_golden` in the workspace's folder.
"""

import unittest

from crates.auth import Key
from crates.mp import Authenticator


class Golden(unittest.TestCase):
    def test_the_responses(self) -> None:
        authenticator = Authenticator(Key(b"open sesame key!"))
        for first, response in [
            (0, "44680292f8e30ef45effe2c0f83f1e75d4f28b82e0947b71e15c3da1d00b9492"),
            (40, "d729b728dce832debf58437f99e101810ad792630109fc975a1905e0cbb2dbac"),
        ]:
            challenge = b"{sha256}" + bytes(range(first, first + 40))
            self.assertEqual(authenticator.response(challenge), b"{sha256}" + bytes.fromhex(response))
