from argparse import ArgumentTypeError
from dataclasses import dataclass
from typing import Optional

from crates.cli.humantime import parse_duration, nonzero_duration


@dataclass(frozen=True)
class Timeouts:
    """What a server grants each client, times in seconds; also the options that every server's command line has."""

    deadline: float
    grace: float

    @staticmethod
    def add_options(parser):
        parser.add_argument(
            "--deadline",
            metavar="TIME",
            type=nonzero_duration,
            default="3s",
            help="Time limit for a whole handshake or request [default: %(default)s]",
        )
        parser.add_argument(
            "--grace",
            metavar="TIME",
            type=parse_duration,
            default="250ms",
            help="Time that open connections get to finish at shutdown [default: %(default)s]",
        )

    @classmethod
    def from_args(cls, args):
        return cls(args.deadline, args.grace)


@dataclass(frozen=True)
class ConnectionLimits:
    """How many clients a threaded server serves at once, and what becomes of the rest."""

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
            help="Maximum number of open connections [default: %(default)s]",
        )
        parser.add_argument(
            "--max-per-address",
            metavar="N",
            type=_count,
            help="Maximum number of open connections from one address [default: no limit]",
        )
        parser.add_argument(
            "--when-full",
            metavar="WHAT",
            choices=["wait", "close"],
            default="wait",
            help="What happens to clients beyond --max-connections: they wait in the backlog until another client leaves "
            "(wait), or are closed at once (close) [default: %(default)s]",
        )

    @classmethod
    def from_args(cls, args):
        return cls(args.max_connections, args.max_per_address, args.when_full)


def _count(text):
    if not (text.isascii() and text.isdecimal()):
        raise ArgumentTypeError("invalid digit found in string")
    if int(text) == 0:
        raise ArgumentTypeError("number would be zero for non-zero type")
    return int(text)
