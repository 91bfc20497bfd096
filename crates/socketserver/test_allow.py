"""Who may connect, as in tests/it/allow.rs.

Run with `python3 -m unittest crates.socketserver.test_allow` in the workspace's folder.
"""

from __future__ import annotations

import unittest

from crates.socketserver.allow import AllowList, parse_network

# The networks, the addresses that they permit, and those that they do not.
CASES: list[tuple[list[str], list[str], list[str]]] = [
    ([], ["192.0.2.1", "2001:db8::1"], []),
    # A network contains its first and its last address. Any of its addresses can name it.
    (["127.0.0.0/8"], ["127.0.0.0", "127.255.255.255"], ["126.255.255.255", "128.0.0.0"]),
    (["127.1.2.3/8"], ["127.0.0.0", "127.255.255.255"], ["126.255.255.255", "128.0.0.0"]),
    (["2001:db8::/33"], ["2001:db8:7fff::1"], ["2001:db8:8000::"]),
    (["192.0.2.1"], ["192.0.2.1"], ["192.0.2.2"]),
    (["192.0.2.1/32", "::1"], ["192.0.2.1", "::1"], ["192.0.2.2", "::2"]),
    # A prefix of zero permits one address family.
    (["0.0.0.0/0"], ["192.0.2.1"], ["::1"]),
    (["::/0"], ["::1"], ["::ffff:192.0.2.1"]),
    # IPv4 in IPv6 notation counts as IPv4.
    (["192.0.2.0/24"], ["192.0.2.1", "::ffff:192.0.2.1"], ["::ffff:192.0.3.1"]),
    (["192.0.2.1"], ["192.0.2.1", "::ffff:192.0.2.1"], ["::ffff:192.0.3.1"]),
    (["::ffff:192.0.2.0/120"], ["192.0.2.1", "::ffff:192.0.2.1"], ["::ffff:192.0.3.1"]),
    (["::ffff:192.0.2.1"], ["192.0.2.1", "::ffff:192.0.2.1"], ["::ffff:192.0.3.1"]),
    (["::ffff:0:0/96"], ["192.0.2.1"], ["::1"]),
    (["::ffff:0:0/95"], ["::fffe:0:1"], ["192.0.2.1"]),
    # Python shows by which interface a client came; that does not matter.
    (["fe80::1"], ["fe80::1%eth0"], ["fe80::2%eth0"]),
]


class Allow(unittest.TestCase):
    def test_a_list_permits_the_addresses_in_its_networks(self) -> None:
        for networks, inside, outside in CASES:
            allow_list = AllowList(tuple(parse_network(text) for text in networks))
            for address in inside + outside:
                with self.subTest(networks=networks, address=address):
                    self.assertEqual(allow_list.permits(address), address in inside)
