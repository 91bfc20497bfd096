from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network


@dataclass(frozen=True)
class AllowList:
    """The networks whose clients may connect; all of them if it is empty."""

    allow: tuple[IPv4Network | IPv6Network, ...] = ()

    @staticmethod
    def add_options(parser: ArgumentParser) -> None:
        parser.add_argument(
            "--allow",
            metavar="NET",
            type=parse_network,
            action="append",
            default=[],
            help="Address or network that may connect, such as 192.168.0.0/16; repeatable [default: everyone]",
        )

    @classmethod
    def from_args(cls, args: Namespace) -> AllowList:
        return cls(tuple(args.allow))

    def permits(self, host: str) -> bool:
        """Whether a client with this address may connect. An IPv4 client of an IPv6 listener counts as IPv4."""
        return not self.allow or any(canonical(host) in network for network in self.allow)


def canonical(host: str) -> IPv4Address | IPv6Address:
    """Returns a client's address as it is compared and shown, without the interface after `%`."""
    address = ip_address(host.partition("%")[0])
    return _ipv4_mapped(address) or address


def parse_network(text: str) -> IPv4Network | IPv6Network:
    """Parses an address or a network. The `type` of an option."""
    host, slash, prefix = text.partition("/")
    try:
        address = ip_address(host)
        length = int(prefix) if slash else address.max_prefixlen
        ipv4 = _ipv4_mapped(address)
        # An IPv4 network in IPv6 notation is treated as IPv4, as clients are.
        if ipv4 and length >= 96:
            address, length = ipv4, length - 96
        # int() would also accept a sign, and ip_address() an interface.
        if set(prefix) <= set("0123456789") and "%" not in host:
            return ip_network(f"{address}/{length}", strict=False)
    except ValueError:
        pass
    raise ArgumentTypeError("expected an address or a network, such as 127.0.0.1, 192.168.0.0/16 or ::1/128")


def _ipv4_mapped(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    return address.ipv4_mapped if isinstance(address, IPv6Address) else None
