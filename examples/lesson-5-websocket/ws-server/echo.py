from session import Received, Session

from crates.cli import say
from crates.cli.humantime import format_duration


def greet(client, rules):
    """Echoes to anyone."""
    session = Session.accept(client, rules)
    say(f"{client.peer_addr}: connected")
    echo(session, rules)


def echo(session, rules):
    """Sends back what the client says, until it leaves."""
    while True:
        text = session.receive_within(rules.idle, rules.max_message)
        if text is Received.CLOSE:
            return say(f"{session.peer_addr}: disconnected")
        if text is Received.BINARY:
            session.close(1003, "text only")
        if text is Received.TOO_LONG:
            session.close(1009, f"a message has at most {rules.max_message} bytes")
        if text is Received.NOTHING:
            session.close(1001, f"nothing said for {format_duration(rules.idle)}")
        session.send(f"Server received: {text}")
