from argparse import ArgumentTypeError
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Tuple, Union


@dataclass(frozen=True)
class AllowList:
    """The networks whose clients may connect; all of them if it is empty."""

    allow: Tuple[Union[IPv4Network, IPv6Network], ...] = ()

    @staticmethod
    def add_options(parser):
        parser.add_argument(
            "--allow",
            metavar="NET",
            type=net,
            action="append",
            default=[],
            help="Address or network that may connect, such as 192.168.0.0/16; repeatable [default: everyone]",
        )

    @classmethod
    def from_args(cls, args):
        return cls(tuple(args.allow))


def is_allowed(host, nets):
    """Whether who calls from this address may connect: everyone, where no network is named. An IPv4 client of an IPv6
    listener is IPv4."""
    if not nets:
        return True
    address = canonical(host)
    return any(address in net for net in nets)


def canonical(host):
    """A client's address, as it is compared and shown."""
    address = ip_address(host.partition("%")[0])  # What follows is the interface that it came by.
    return _ipv4(address) or address


def net(text):
    """An address or a network, such as `127.0.0.1`, `192.168.0.0/16` or `::1/128`; an option's `type`."""
    try:
        return _parse(text)
    except ValueError:
        raise ArgumentTypeError(
            "expected an address or a network, such as 127.0.0.1, 192.168.0.0/16 or ::1/128"
        ) from None


def _parse(text):
    address, slash, prefix = text.partition("/")
    # ip_network() takes masks and interfaces too.
    if "%" in address or (slash and not (prefix.isascii() and prefix.isdecimal())):
        raise ValueError
    address = ip_address(address)
    prefix = int(prefix) if slash else address.max_prefixlen
    # As clients are: an IPv4 network in IPv6's form is IPv4.
    if _ipv4(address) and prefix >= 96:
        address, prefix = _ipv4(address), prefix - 96
    return ip_network(f"{address}/{prefix}", strict=False)


def _ipv4(address):
    return getattr(address, "ipv4_mapped", None)
