"""A server's certificate and its private key, in files."""

from __future__ import annotations

import os
import re
import ssl
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

from crates.cli import context, say

# How long a new certificate is valid. Many programs reject one that is valid for more than 825 days.
VALIDITY = timedelta(days=365)

# A certificate is valid from an hour before it is made: the clocks of other machines may be slow.
CLOCK_SKEW = timedelta(hours=1)


class CertificateFiles(NamedTuple):
    """The options of a server that has its certificate in a file."""

    certificate: str
    private_key: str

    @staticmethod
    def add_options(parser: ArgumentParser) -> None:
        parser.add_argument("--certificate", metavar="FILE", help="File with the certificate of the server, in PEM")
        parser.add_argument(
            "--private-key", metavar="FILE", help="File with the private key of the certificate, in PEM"
        )
        parser.add_argument(
            "--make-certificate",
            action="store_true",
            help="Write a new certificate for localhost and its private key to these two files, and exit",
        )

    @staticmethod
    def check_options(parser: ArgumentParser, args: Namespace) -> None:
        """Ends the program if one of the options is given without the others that it needs."""
        for option, value in (("--certificate", args.certificate), ("--private-key", args.private_key)):
            if value is None and (args.certificate or args.private_key or args.make_certificate):
                parser.error(f"the option {option} FILE is missing")

    @classmethod
    def from_args(cls, args: Namespace) -> CertificateFiles | None:
        return None if args.certificate is None else cls(args.certificate, args.private_key)

    def make(self) -> None:
        """Writes a new certificate and its private key. Never replaces a file."""
        with context(f"--certificate {self.certificate}"):
            try:
                from crates.tls.identity import Identity
            except ImportError:
                raise ValueError(
                    "cannot make a certificate without the package cryptography; install it with pip, or make the "
                    "certificate with `cargo run -p ws-server` and the same options"
                ) from None
            now = datetime.now(timezone.utc)
            new = Identity.self_signed(now - CLOCK_SKEW, now + VALIDITY)
            _write_new(self.certificate, 0o644, new.certificate_pem())
        try:
            with context(f"--private-key {self.private_key}"):
                _write_new(self.private_key, 0o600, new.private_key_pem())
        except Exception:
            # A certificate without its private key is of no use.
            with suppress(OSError):
                os.remove(self.certificate)
            raise
        say(
            f"wrote a certificate for localhost, 127.0.0.1 and ::1 to {self.certificate}; clients that verify it need "
            "a copy"
        )
        say(f"wrote its private key to {self.private_key}; nobody else may have it")
        say("to use both, start the server with the same options, but without --make-certificate")

    def check(self) -> None:
        """Raises an Error that says what is wrong with which file, and what to do."""
        check_certificate(self.certificate)
        with context(f"--private-key {self.private_key}"):
            labels = _labels(self.private_key)
            if not any(label.endswith("PRIVATE KEY") and label != "ENCRYPTED PRIVATE KEY" for label in labels):
                if "CERTIFICATE" in labels:
                    raise ValueError("this is a certificate; give the file with its private key")
                raise ValueError(
                    "not a private key: PEM begins with the line -----BEGIN PRIVATE KEY-----, without a password"
                )
            try:
                # Without a password, OpenSSL would ask for one at the terminal.
                _empty_context().load_cert_chain(self.certificate, self.private_key, password="")
            except ssl.SSLError as error:
                if error.reason == "KEY_VALUES_MISMATCH":
                    raise ValueError(
                        f"this private key does not belong to the certificate in {self.certificate}; give two files "
                        "that were made together"
                    ) from None
                raise ValueError("the private key is damaged; copy the file again") from None


def check_certificate(path: str) -> None:
    """Raises an Error that says what is wrong with a file that should have a certificate."""
    with context(f"--certificate {path}"):
        labels = _labels(path)
        if "CERTIFICATE" not in labels:
            if any(label.endswith("PRIVATE KEY") for label in labels):
                raise ValueError("this is a private key; give the file with its certificate")
            raise ValueError("not a certificate: PEM begins with the line -----BEGIN CERTIFICATE-----")
        try:
            _empty_context().load_verify_locations(path)
        except ssl.SSLError:
            raise ValueError("the certificate is damaged; copy the file again") from None


def _labels(path: str) -> list[str]:
    """Returns what a PEM file has: such as `CERTIFICATE`."""
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        raise ValueError("there is no such file; a server with --make-certificate writes one") from None
    return [label.decode() for label in re.findall(rb"^-----BEGIN ([A-Z0-9 ]+)-----", data, re.MULTILINE)]


def _empty_context() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)


def _write_new(path: str, mode: int, pem: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise ValueError("this file exists; choose another name") from None
    with open(descriptor, "wb") as file:
        file.write(pem)
