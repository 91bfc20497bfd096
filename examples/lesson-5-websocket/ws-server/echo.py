from __future__ import annotations

import ssl

from crates.cli import say
from crates.cli.humantime import format_duration
from crates.socketserver import Connection
from handshake import Rules
from session import Received, Session


def serve_echo(client: Connection, context: ssl.SSLContext | None, rules: Rules) -> None:
    """Serves anyone."""
    session = Session.accept(client, context, rules)
    say(f"{client.peer_addr}: connected")
    echo(session, rules)


def echo(session: Session, rules: Rules) -> None:
    """Sends back every message, until the client closes the session."""
    while True:
        received = session.receive_within(rules.idle, rules.max_message)
        if received is Received.CLOSED:
            break
        if received is Received.BINARY:
            raise session.close(1003, "only text messages are accepted")
        if received is Received.TOO_LONG:
            raise session.close(1009, f"the message is longer than {rules.max_message} bytes")
        if received is Received.TIMED_OUT:
            raise session.close(1001, f"no message for {format_duration(rules.idle)}")
        session.send(f"Server received: {received}")
    say(f"{session.peer_addr}: disconnected")
