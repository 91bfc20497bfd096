"""For a fixed key and fixed nonces, Python and Rust compute the same proofs (tests/it/golden.rs).

Run with `python3 -m unittest crates.auth.test_golden` in the workspace's folder.
"""

import unittest

from crates.auth import Key
from crates.auth.mutual import Role, proof


class Golden(unittest.TestCase):
    def test_the_proofs_of_a_mutual_handshake(self) -> None:
        key, channel = Key(bytes(range(0x20))), bytes(range(0xC0, 0xE0))
        nonces = bytes(range(0x40, 0x60)), bytes(range(0x80, 0xA0))
        for role, bound_to, expected in [
            (Role.CLIENT, None, "6129b475d5f627131f3146bcfac298c8b9261d32d848573446c74d1236515f35"),
            (Role.SERVER, None, "e707c88474abcdc43d1914e4987fd8e601f5dcf77680bff0d51ea653b9ce2e14"),
            (Role.CLIENT, channel, "3d9c9b5c4cb1588cdf36f268ff27e6f758ad43eedf0b4d4f4f0fc96401add6de"),
            (Role.SERVER, channel, "66f8c5530a03cf10204739a971cedebac62b9f5700d6948c0976ecd98763741f"),
        ]:
            self.assertEqual(proof(key, role, bound_to, *nonces).hex(), expected)
