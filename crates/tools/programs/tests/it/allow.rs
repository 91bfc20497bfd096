//! `--allow` names who may connect; everybody else is closed before a word is said.

use crate::common;

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use anyhow::{Context, Result};
use common::{LONG, SEQUENTIAL, THREADED, connect_from, served};
use programs::{Language, Server, command, run};

fn servers() -> impl Iterator<Item = (&'static str, Language)> {
    SEQUENTIAL.into_iter().chain(THREADED).flat_map(|name| Language::ALL.map(|language| (name, language)))
}

#[test]
fn who_is_outside_gets_nothing_and_is_told_of_once() -> Result<()> {
    for (name, language) in servers() {
        let server = Server::start(name, language, &["--allow", "127.0.0.1"])?;
        for _ in 0..3 {
            let mut received = Vec::new();
            connect_from("127.0.0.2", server.address)?.read_to_end(&mut received)?;
            assert_eq!(received, b"", "{name} {language:?}");
        }
        drop(served(name, server.address)?);
        let ended = server.stop()?;
        let told = "refused 127.0.0.2: not allowed by --allow";
        assert_eq!(ended.err().iter().filter(|line| **line == told).count(), 1, "{name} {language:?}: {ended:?}");
        let last = ended.out().last().copied().unwrap_or_default();
        assert!(last.starts_with(&format!("{name} served 1: ")), "{name} {language:?}: {last}");
        assert!(last.ends_with(" closed at shutdown; refused 3 (3 not in --allow)"), "{name} {language:?}: {last}");
    }
    Ok(())
}

#[test]
fn without_it_everyone_may_connect() -> Result<()> {
    for language in Language::ALL {
        let server = Server::start("threaded-server", language, &[])?;
        for from in ["127.0.0.1", "127.0.0.2", "127.255.255.254"] {
            assert!(is_answered(connect_from(from, server.address)?)?, "{language:?}: {from}");
        }
        assert!(server.stop()?.out().last().is_some_and(|last| last.ends_with("; refused 0")));
    }
    Ok(())
}

#[test]
fn given_again_it_adds_to_who_may() -> Result<()> {
    for language in Language::ALL {
        // A network of two, an address alone, and one of the other family.
        let options = ["--allow", "127.0.0.4/31", "--allow", "127.0.0.2", "--allow", "::1/128"];
        let server = Server::start("threaded-server", language, &options)?;
        for (last, may) in [(1, false), (2, true), (3, false), (4, true), (5, true), (6, false)] {
            let from = format!("127.0.0.{last}");
            assert_eq!(is_answered(connect_from(&from, server.address)?)?, may, "{language:?}: {from}");
        }
        server.stop()?;
    }
    Ok(())
}

#[test]
fn an_ipv4_client_of_an_ipv6_listener_is_ipv4() -> Result<()> {
    for language in Language::ALL {
        for (net, may) in [("127.0.0.0/8", true), ("::ffff:127.0.0.1", true), ("127.0.0.2", false), ("::/0", false)] {
            let options = ["--listen", "[::ffff:127.0.0.1]:0", "--allow", net];
            let server = Server::from_command(command("threaded-server", language)?.args(options))?;
            assert!(server.address.is_ipv6());
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, server.address.port()));
            assert_eq!(is_answered(TcpStream::connect(address)?)?, may, "{language:?}: {net}");
            let ended = server.stop()?;
            let told = "refused 127.0.0.1: not allowed by --allow";
            assert_eq!(ended.err().contains(&told), !may, "{language:?}: {ended:?}");
        }
    }
    Ok(())
}

#[test]
fn who_may_not_connect_is_not_the_one_client_of_once() -> Result<()> {
    for language in Language::ALL {
        let server = Server::start("gate-server", language, &["--once", "--allow", "127.0.0.1"])?;
        assert_eq!(connect_from("127.0.0.2", server.address)?.read(&mut [0])?, 0);
        let client = run("gate-client", language, &["--connect", &server.address.to_string()], b"")?;
        assert!(client.status.success(), "{language:?}: {:?}", client.err());
        let ended = server.process.wait()?;
        let last = "gate-server served 1: 1 completed, 0 timed out, 0 failed, 0 closed at shutdown; refused 1 (1 not in --allow)";
        assert_eq!(ended.out().last(), Some(&last), "{language:?}");
    }
    Ok(())
}

#[test]
fn what_is_no_network_is_a_clear_error_before_anything_is_done() -> Result<()> {
    let expected = "expected an address or a network, such as 127.0.0.1, 192.168.0.0/16 or ::1/128";
    let wrong = [
        "",
        "localhost",
        "127.0.0",
        "127.0.0.0/33",
        "127.0.0.0/",
        "127.0.0.0/+8",
        "127.0.0.0/8/8",
        "127.0.0.0/255.0.0.0",
        "127.0.0.0/300",
        "010.0.0.1",
        " 127.0.0.1",
        "::1/129",
        "::ffff:127.0.0.1/129",
        "fe80::1%lo",
        "/8",
    ];
    for net in wrong {
        let says = [
            format!("error: invalid value '{net}' for '--allow <NET>': {expected}"),
            format!("line-server: error: argument --allow: {expected}"),
        ];
        for (language, says) in Language::ALL.into_iter().zip(says) {
            // "=" for what is empty.
            let ended = run("line-server", language, &["--listen", "127.0.0.1:0", &format!("--allow={net}")], b"")?;
            assert_eq!(ended.status.code(), Some(2), "{language:?}: {net:?}");
            assert!(ended.err().contains(&&*says), "{language:?}: {net:?}: {:?}", ended.err());
            assert_eq!(ended.out(), [""; 0]);
        }
    }
    Ok(())
}

/// Whether threaded-server answers this client, rather than close it.
fn is_answered(mut client: TcpStream) -> Result<bool> {
    client.set_read_timeout(Some(LONG))?;
    let mut answer = String::new();
    // Closed before that is sent, or while it is.
    match client.write_all(b"hello").and_then(|()| client.read_to_string(&mut answer)) {
        Ok(_) => Ok(answer.ends_with("] hello")),
        Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => Ok(false),
        Err(error) => Err(error).context("neither answered nor closed"),
    }
}
