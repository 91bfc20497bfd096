use anyhow::Result;
use cli::say;
use humantime::format_duration;
use socketserver::Connection;

use crate::encryption::Encryption;
use crate::handshake::Rules;
use crate::session::{Received, Session};

/// Serves anyone.
pub(crate) fn serve_echo(client: &Connection, encryption: &Encryption, rules: &Rules) -> Result<()> {
    let session = Session::accept(client, encryption, rules)?;
    say!("{}: connected", client.peer_addr());
    echo(session, rules)
}

/// Sends back every message, until the client closes the session.
pub(crate) fn echo(mut session: Session<'_>, rules: &Rules) -> Result<()> {
    loop {
        match session.receive_within(rules.idle, rules.max_message)? {
            Received::Text(text) => session.send(&format!("Server received: {text}"))?,
            Received::Closed => break,
            Received::Binary => return Err(session.close(1003, "only text messages are accepted")),
            Received::TooLong => {
                return Err(session.close(1009, &format!("the message is longer than {} bytes", rules.max_message)));
            }
            Received::TimedOut => {
                return Err(session.close(1001, &format!("no message for {}", format_duration(rules.idle))));
            }
        }
    }
    say!("{}: disconnected", session.peer_addr());
    Ok(())
}
