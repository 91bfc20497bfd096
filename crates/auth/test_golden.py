"""One fixed key and nonce have one response, in Python and in Rust (tests/golden.rs).

Run with `python3 -m unittest crates.auth.test_golden` in the workspace's folder.
"""

import unittest

from crates.auth import Key, Scheme


class Golden(unittest.TestCase):
    def test_the_gates_response(self) -> None:
        key = Key("老衲洗头用飘柔".encode())
        nonce = bytes(range(32))
        self.assertEqual(Scheme.MD5_HEX.response(key, nonce), b"00f626b82f891188de326e430626405d")

    def test_the_echos_response(self) -> None:
        key = Key("芝麻开门".encode())
        nonce = b"\x0b" * 32
        self.assertEqual(Scheme.MD5.response(key, nonce), bytes.fromhex("376e52270a98cad01d227b6d2acf44cd"))
