from argparse import ArgumentTypeError
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Optional, Tuple, Union

from crates.cli.humantime import parse_duration, nonzero_duration
from crates.socketserver.allow import net


@dataclass(frozen=True)
class Timeouts:
    """What a server grants each client, times in seconds; also the options that every server's command line has."""

    deadline: float
    grace: float
    allow: Tuple[Union[IPv4Network, IPv6Network], ...] = ()

    @staticmethod
    def add_options(parser):
        parser.add_argument(
            "--deadline",
            metavar="TIME",
            type=nonzero_duration,
            default="3s",
            help="Time for a whole handshake or request, from the moment its client is connected [default: %(default)s]",
        )
        parser.add_argument(
            "--grace",
            metavar="TIME",
            type=parse_duration,
            default="250ms",
            help="Time for open connections to finish once the server is told to end [default: %(default)s]",
        )
        parser.add_argument(
            "--allow",
            metavar="NET",
            type=net,
            action="append",
            default=[],
            help="Who may connect: an address, or a network such as 192.168.0.0/16; may be given again. Without it, "
            "everyone may",
        )

    @classmethod
    def of(cls, args):
        return cls(args.deadline, args.grace, tuple(args.allow))


@dataclass(frozen=True)
class ConnectionLimits:
    """How many clients a ThreadedServer serves at once, and what becomes of the rest."""

    max_connections: int
    max_per_address: Optional[int] = None
    when_full: str = "wait"

    @staticmethod
    def add_options(parser):
        parser.add_argument(
            "--max-connections",
            metavar="N",
            type=_count,
            default="512",
            help="Connections at once [default: %(default)s]",
        )
        parser.add_argument(
            "--max-per-address",
            metavar="N",
            type=_count,
            help="Connections at once from one address; without it, as many as there may be in all",
        )
        parser.add_argument(
            "--when-full",
            metavar="WHAT",
            choices=["wait", "close"],
            default="wait",
            help="What becomes of a client beyond --max-connections: it is kept in the system's queue of connections "
            "(the backlog) until another leaves (wait), or closed at once (close) [default: %(default)s]",
        )

    @classmethod
    def of(cls, args):
        return cls(args.max_connections, args.max_per_address, args.when_full)


def _count(text):
    if not (text.isascii() and text.isdecimal()):
        raise ArgumentTypeError("invalid digit found in string")
    if int(text) == 0:
        raise ArgumentTypeError("number would be zero for non-zero type")
    return int(text)
