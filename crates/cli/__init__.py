"""The command line that programs have in common: addresses, durations, output, exit status."""

from crates.cli.output import ERRORS, Error, context, escape, exit_code, reason, say, show, warn

__all__ = ["ERRORS", "Error", "context", "escape", "exit_code", "reason", "say", "show", "warn"]
