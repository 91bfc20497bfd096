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
        why_not = "a token is text"
    elif text is Received.TOO_LONG:
        why_not = str(token.TooLong())
    elif text is Received.NOTHING:
        why_not = f"no token within {format_duration(deadline)}"
    else:
        try:
            claims = token.check(text, key, time.time())
            session.send("Authenticated!")
            say(f"{client.peer_addr}: {escape(claims.user_id.encode())} is let in")
            return echo(session, rules)
        except token.Expired as expired:
            session.send(str(expired))
            with cli.context(str(expired)):
                session.close(1000)
        except token.Rejected as rejected:
            why_not = str(rejected)
    session.close(1008, why_not)
