use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use auth::Key;
use cli::{escape, say};
use humantime::format_duration;
use socketserver::Connection;
use token::Rejected;
use tungstenite::protocol::frame::coding::CloseCode;

use crate::echo::echo;
use crate::handshake::Rules;
use crate::session::{Received, Session};

/// Takes a token first, and echoes to its holder.
pub(crate) fn let_in(client: &Connection, rules: &Rules, key: &Key, deadline: Duration) -> Result<()> {
    let mut session = Session::accept(client, rules)?;
    let why_not = match session.receive(token::MAX_LEN)? {
        Received::Text(token) => match token::check(&token, key, SystemTime::now()) {
            Ok(claims) => {
                session.send("Authenticated!")?;
                say!("{}: {} is let in", client.peer_addr(), escape(claims.user_id.as_bytes()));
                return echo(session, rules);
            }
            Err(expired @ Rejected::Expired) => {
                session.send("Token Expired")?;
                return session.close(CloseCode::Normal, "").context(expired);
            }
            Err(rejected) => rejected.to_string(),
        },
        Received::Binary => "a token is text".to_owned(),
        Received::TooLong => Rejected::TooLong.to_string(),
        Received::Nothing => format!("no token within {}", format_duration(deadline)),
        Received::Close => return Ok(()),
    };
    session.close(CloseCode::Policy, &why_not)
}
