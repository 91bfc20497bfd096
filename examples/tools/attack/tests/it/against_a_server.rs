//! `--to`: an attack on a server that somebody else started.

use anyhow::Result;
use programs::{Language, Process, Server, command};

use crate::attack;

#[test]
fn a_naive_server_falls_and_a_robust_one_stands() -> Result<()> {
    for (name, server, falls, stands) in [
        ("hangup", "echo-server", "falls: server ends", "stands: one log line"),
        ("split", "echo-server", "falls: client rejected", "stands: client accepted"),
        ("endless", "line-server", "falls: memory grows", "stands: refused"),
        ("reflect", "mutual-server", "falls: in without key", "stands: rejected"),
        ("relay-tls", "tls-server", "falls: read and changed", "stands: server refuses"),
    ] {
        for language in Language::ALL {
            let naive = Server::start(&format!("naive-{server}"), language, &[])?;
            let ended = attack(&[name, "--to", &naive.address.to_string()])?;
            assert!(ended.status.success(), "{name} {language:?}: {ended:#?}");
            assert!(ended.out().contains(&falls), "{name} {language:?}: {ended:#?}");

            // Where there is no public key to fall back on, the server needs one. So does a client that the attack starts.
            let with_key = |name: &str, language| {
                let mut command = command(name, language)?;
                if ["mutual-server", "tls-server"].contains(&server) {
                    command.env("OPEN_SESAME_KEY", "a key that only the two sides know");
                }
                anyhow::Ok(command)
            };
            let robust = Server::from_command(with_key(server, language)?.args(["--listen", "127.0.0.1:0"]))?;
            let address = robust.address.to_string();
            let mut attack = with_key("attack", Language::Rust)?;
            let ended = Process::start(attack.args([name, "--to", &address]), b"")?.wait()?;
            assert_eq!(ended.status.code(), Some(1), "{name} {language:?}: {ended:#?}");
            assert!(ended.out().contains(&stands), "{name} {language:?}: {ended:#?}");
            assert_eq!(ended.err(), [format!("attack: the server at {address} withstood {name}")]);
        }
    }
    Ok(())
}

#[test]
fn what_only_the_user_can_see_is_named() -> Result<()> {
    let mut server = Server::start("naive-threaded-server", Language::Rust, &[])?;
    let ended = attack(&["escape", "--to", &server.address.to_string()])?;
    assert_eq!(ended.out(), ["look: at the terminal of the server"]);
    assert!(server.line("mine")?.contains("\x1b[31m"));
    Ok(())
}
