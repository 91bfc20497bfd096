"""The limits of a server. Each class also has the options that set it, so that servers do not repeat them."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import dataclass

from crates.cli.humantime import nonzero_duration, parse_duration


@dataclass(frozen=True)
class Timeouts:
    """The time limits of a server, in seconds."""

    deadline: float
    grace: float

    @staticmethod
    def add_options(parser: ArgumentParser) -> None:
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
    def from_args(cls, args: Namespace) -> Timeouts:
        return cls(args.deadline, args.grace)


@dataclass(frozen=True)
class ConnectionLimits:
    """The number of clients that a threaded server serves at once."""

    max_connections: int
    max_per_address: int | None = None
    when_full: str = "wait"  # Or "close".

    @staticmethod
    def add_options(parser: ArgumentParser) -> None:
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
            choices=["wait", "close"],
            default="wait",
            help="What happens to clients beyond --max-connections: they wait in the backlog until another leaves, or "
            "the server closes them at once [default: %(default)s]",
        )

    @classmethod
    def from_args(cls, args: Namespace) -> ConnectionLimits:
        return cls(args.max_connections, args.max_per_address, args.when_full)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise ArgumentTypeError("expected a whole number greater than zero")
    return int(text)
