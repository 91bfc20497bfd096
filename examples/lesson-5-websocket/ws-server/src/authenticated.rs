use std::time::{Duration, SystemTime};

use anyhow::Result;
use auth::Key;
use cli::{escape, say};
use humantime::format_duration;
use socketserver::Connection;
use token::Rejected;

use crate::echo::echo;
use crate::encryption::Encryption;
use crate::handshake::Rules;
use crate::session::{Received, Session};

/// Serves clients whose first message is a valid token.
pub(crate) fn serve_authenticated(
    client: &Connection,
    encryption: &Encryption,
    rules: &Rules,
    key: &Key,
    deadline: Duration,
) -> Result<()> {
    let mut session = Session::accept(client, encryption, rules)?;
    let reason = match session.receive(token::MAX_LEN)? {
        Received::Text(token) => match token::check(&token, key, SystemTime::now()) {
            Ok(claims) => {
                session.send("Authenticated!")?;
                say!("{}: authenticated as {}", client.peer_addr(), escape(claims.user_id.as_bytes()));
                return echo(session, rules);
            }
            Err(expired @ Rejected::Expired) => {
                session.send("Token Expired")?;
                return Err(session.close(1000, "").context(expired));
            }
            Err(rejected) => rejected.to_string(),
        },
        Received::Closed => return Ok(()),
        Received::Binary => "the token must be a text message".to_owned(),
        Received::TooLong => Rejected::TooLong.to_string(),
        Received::TimedOut => format!("no token within {}", format_duration(deadline)),
    };
    Err(session.close(1008, &reason))
}
