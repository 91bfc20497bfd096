use anyhow::Result;
use cli::say;
use humantime::format_duration;
use socketserver::Connection;
use tungstenite::protocol::frame::coding::CloseCode;

use crate::handshake::Rules;
use crate::session::{Received, Session};

/// Echoes to anyone.
pub(crate) fn greet(client: &Connection, rules: &Rules) -> Result<()> {
    let session = Session::accept(client, rules)?;
    say!("{}: connected", client.peer_addr());
    echo(session, rules)
}

/// Sends back what the client says, until it leaves.
pub(crate) fn echo(mut session: Session<'_>, rules: &Rules) -> Result<()> {
    let (code, why) = loop {
        match session.receive_within(rules.idle, rules.max_message)? {
            Received::Text(text) => session.send(format!("Server received: {text}"))?,
            Received::Binary => break (CloseCode::Unsupported, "text only".to_owned()),
            Received::TooLong => break (CloseCode::Size, format!("a message has at most {} bytes", rules.max_message)),
            Received::Nothing => break (CloseCode::Away, format!("nothing said for {}", format_duration(rules.idle))),
            Received::Close => {
                say!("{}: disconnected", session.peer_addr());
                return Ok(());
            }
        }
    };
    session.close(code, &why)
}
