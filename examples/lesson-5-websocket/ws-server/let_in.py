import time

from echo import echo
from session import Received, Session

from crates import cli, token
from crates.cli import escape, say
from crates.cli.humantime import format_duration


def let_in(client, rules, key, deadline):
    """Takes a token first, and echoes to its holder."""
    session = Session.accept(client, rules)
    text = session.receive(token.MAX_LEN)
    if text is Received.CLOSE:
        return
    if text is Received.BINARY:
        why_not = token.NOT_TEXT
    elif text is Received.TOO_LONG:
        why_not = token.TOO_LONG
    elif text is Received.NOTHING:
        why_not = f"no token within {format_duration(deadline)}"
    else:
        try:
            claims = token.check(text, key, time.time())
            session.send("Authenticated!")
            say(f"{client.peer_addr}: {escape(claims.user_id.encode())} is let in")
            return echo(session, rules)
        except token.Rejected as rejected:
            why_not = str(rejected)
            if why_not == token.EXPIRED:
                session.send(token.EXPIRED)
                with cli.context(token.EXPIRED):
                    session.close(1000)
    session.close(1008, why_not)
