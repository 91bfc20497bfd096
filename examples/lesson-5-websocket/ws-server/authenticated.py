from __future__ import annotations

import ssl
import time

from crates import token
from crates.auth import Key
from crates.cli import Error, escape, say
from crates.cli.humantime import format_duration
from crates.socketserver import Connection
from echo import echo
from handshake import Rules
from session import Received, Session


def serve_authenticated(
    client: Connection, context: ssl.SSLContext | None, rules: Rules, key: Key, deadline: float
) -> None:
    """Serves clients whose first message is a valid token."""
    session = Session.accept(client, context, rules)
    received = session.receive(token.MAX_LEN)
    if received is Received.CLOSED:
        return
    if received is Received.BINARY:
        raise session.close(1008, "the token must be a text message")
    if received is Received.TOO_LONG:
        raise session.close(1008, str(token.TooLong()))
    if received is Received.TIMED_OUT:
        raise session.close(1008, f"no token within {format_duration(deadline)}")
    try:
        claims = token.check(received, key, time.time())
    except token.Expired as expired:
        session.send(str(expired))
        raise Error(str(expired)) from session.close(1000)
    except token.Rejected as rejected:
        raise session.close(1008, str(rejected)) from None
    session.send("Authenticated!")
    say(f"{client.peer_addr}: authenticated as {escape(claims.user_id.encode())}")
    echo(session, rules)
