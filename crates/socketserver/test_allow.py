"""Who may connect, as in src/allow.rs.

Run with `python3 -m unittest crates.socketserver.test_allow` in the workspace's folder.
"""

import unittest

from crates.socketserver.allow import is_allowed, net


class Allow(unittest.TestCase):
    def assert_allows(self, nets, address, allows=True):
        self.assertEqual(is_allowed(address, [net(text) for text in nets]), allows, (nets, address))

    def test_without_a_network_everyone_may_connect(self):
        self.assert_allows([], "192.0.2.1")
        self.assert_allows([], "2001:db8::1")

    def test_a_network_has_its_first_and_last_address_and_no_other(self):
        for inside, outside in [("127.0.0.0", "126.255.255.255"), ("127.255.255.255", "128.0.0.0")]:
            self.assert_allows(["127.0.0.0/8"], inside)
            self.assert_allows(["127.0.0.0/8"], outside, False)
            # Named by any address in it.
            self.assert_allows(["127.1.2.3/8"], inside)
        self.assert_allows(["2001:db8::/33"], "2001:db8:7fff::1")
        self.assert_allows(["2001:db8::/33"], "2001:db8:8000::", False)

    def test_an_address_is_itself_alone(self):
        for text in ["192.0.2.1", "192.0.2.1/32"]:
            self.assert_allows([text], "192.0.2.1")
            self.assert_allows([text], "192.0.2.2", False)
        self.assert_allows(["::1"], "::1")
        self.assert_allows(["::1"], "::2", False)

    def test_all_is_all_of_one_family(self):
        self.assert_allows(["0.0.0.0/0"], "192.0.2.1")
        self.assert_allows(["0.0.0.0/0"], "::1", False)
        self.assert_allows(["::/0"], "::1")
        self.assert_allows(["::/0"], "::ffff:192.0.2.1", False)

    def test_ipv4_behind_ipv6_is_ipv4(self):
        for text in ["192.0.2.0/24", "::ffff:192.0.2.0/120", "192.0.2.1", "::ffff:192.0.2.1"]:
            self.assert_allows([text], "::ffff:192.0.2.1")
            self.assert_allows([text], "192.0.2.1")
            self.assert_allows([text], "::ffff:192.0.3.1", False)

    def test_the_interface_that_a_client_came_by_does_not_matter(self):
        self.assert_allows(["fe80::/10"], "fe80::1%eth0")
        self.assert_allows(["fe80::2"], "fe80::1%eth0", False)
