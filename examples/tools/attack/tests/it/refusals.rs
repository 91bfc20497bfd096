//! An attack that makes no sense is refused in one clear line.

use anyhow::Result;
use programs::{ClosedPort, Language, Server, command};

use crate::attack;

#[test]
fn what_cannot_be_attacked_is_refused() -> Result<()> {
    let nobody = ClosedPort::new()?.address.to_string();
    let [gate, line, threaded] = ["gate-server", "line-server", "naive-threaded-server"]
        .map(|name| Server::start(name, Language::Rust, &[]).map(|server| (server.address.to_string(), server)));
    let (gate, line, threaded) = (gate?, line?, threaded?);
    let mut tls = command("tls-server", Language::Rust)?;
    tls.args(["--listen", "127.0.0.1:0"]).env("OPEN_SESAME_KEY", "a key that only the two sides know");
    let tls_server = Server::from_command(&mut tls)?;
    let tls = tls_server.address.to_string();
    for (name, to, error) in [
        ("silence", &*nobody, format!("cannot connect to {nobody}; is the server running?")),
        ("hangup", &*line.0, format!("{} sends no nonce: this attack is for another lesson's server", line.0)),
        ("split", &*gate.0, format!("{} sends no echo: this attack is for echo-server", gate.0)),
        ("dribble", &*gate.0, format!("{} speaks first: this attack is for line-server", gate.0)),
        ("escape", &*gate.0, format!("{} sends no echo: this attack is for threaded-server", gate.0)),
        ("page", &*threaded.0, format!("{} does not speak WebSocket", threaded.0)),
        ("reflect", &*line.0, format!("{} does not respond: this attack is for naive-mutual-server", line.0)),
        ("relay-tls", &*gate.0, format!("{} sends no nonce over TLS: this attack is for naive-tls-server", gate.0)),
        ("relay-tls", &*tls, format!("set OPEN_SESAME_KEY to the key of {tls}, for its client")),
        ("channel-binding", &*gate.0, "channel-binding starts its own servers: run it without --to".to_owned()),
        ("impostor", &*gate.0, "this attack is on a client, not on a server: run it without --to".to_owned()),
        ("endless", "192.0.2.1:9527", "192.0.2.1:9527 is not a loopback address".to_owned()),
    ] {
        let ended = attack(&[name, "--to", to])?;
        assert_eq!(ended.status.code(), Some(1), "{name}: {ended:#?}");
        assert!(matches!(ended.err()[..], [line] if line.contains(&error)), "{name}: {ended:#?}");
    }
    assert_eq!(attack(&["nonsense"])?.status.code(), Some(2));
    Ok(())
}
