//! `--allow` says who may connect. The server closes other connections without sending anything.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use anyhow::{Context, Result};
use programs::{Server, command, run};

use crate::common::{SERVERS, at_once, both, connect, connect_from, is_refused, served};

#[test]
fn a_client_that_may_not_connect_receives_nothing_and_is_logged_once() -> Result<()> {
    at_once(both(&SERVERS), |(name, language)| {
        let server = Server::start(name, language, &["--allow", "127.0.0.1"])?;
        for _ in 0..3 {
            is_refused("127.0.0.2", server.address)?;
        }
        drop(served(name, server.address)?);
        let ended = server.stop()?;
        let warning = "refused 127.0.0.2: not allowed by --allow";
        assert_eq!(ended.err().iter().filter(|line| **line == warning).count(), 1, "{name} {language:?}: {ended:?}");
        let last = ended.out().last().copied().unwrap_or_default();
        assert!(last.starts_with(&format!("{name} served 1: ")), "{name} {language:?}: {last}");
        assert!(last.ends_with(" closed at shutdown; refused 3 (3 not in --allow)"), "{name} {language:?}: {last}");
        Ok(())
    })
}

#[test]
fn each_option_adds_to_those_who_may_connect() -> Result<()> {
    let everyone: (&[&str], &[_]) = (&[], &[("127.0.0.1", true), ("127.0.0.2", true), ("127.255.255.254", true)]);
    // A network of two addresses, a single address, and one of the other family.
    let some: (&[&str], &[_]) = (
        &["--allow", "127.0.0.4/31", "--allow", "127.0.0.2", "--allow", "::1/128"],
        &[("127.0.0.1", false), ("127.0.0.2", true), ("127.0.0.3", false), ("127.0.0.4", true), ("127.0.0.6", false)],
    );
    at_once(both(&[everyone, some]), |((options, clients), language)| {
        let server = Server::start("threaded-server", language, options)?;
        for (from, may_connect) in clients {
            let client = connect_from(from, server.address)?;
            assert_eq!(gets_reply(client)?, *may_connect, "{language:?}: {from} {options:?}");
        }
        server.stop()?;
        Ok(())
    })
}

#[test]
fn an_ipv4_client_of_an_ipv6_listener_counts_as_ipv4() -> Result<()> {
    let nets = [("127.0.0.0/8", true), ("::ffff:127.0.0.1", true), ("127.0.0.2", false), ("::/0", false)];
    at_once(both(&nets), |((net, may_connect), language)| {
        let options = ["--listen", "[::ffff:127.0.0.1]:0", "--allow", net];
        let server = Server::from_command(command("threaded-server", language)?.args(options))?;
        assert!(server.address.is_ipv6());
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, server.address.port()));
        assert_eq!(gets_reply(connect(address)?)?, may_connect, "{language:?}: {net}");
        let ended = server.stop()?;
        let warning = "refused 127.0.0.1: not allowed by --allow";
        assert_eq!(ended.err().contains(&warning), !may_connect, "{language:?}: {ended:?}");
        Ok(())
    })
}

#[test]
fn an_invalid_network_is_an_error_before_the_server_listens() -> Result<()> {
    let invalid = "|localhost|127.0.0|127.0.0.0/33|127.0.0.0/|127.0.0.0/+8|127.0.0.0/8/8|127.0.0.0/255.0.0.0|\
                   127.0.0.0/300|010.0.0.1| 127.0.0.1|::1/129|::ffff:127.0.0.1/129|fe80::1%lo|/8";
    let invalid: Vec<_> = invalid.split('|').collect();
    let expected = "expected an address or a network, such as 127.0.0.1, 192.168.0.0/16 or ::1/128";
    at_once(both(&invalid), |(net, language)| {
        // In one argument, because the network may be empty.
        let ended = run("line-server", language, &["--listen", "127.0.0.1:0", &format!("--allow={net}")], b"")?;
        assert_eq!((ended.status.code(), ended.out().len()), (Some(2), 0), "{language:?}: {net:?}");
        assert!(ended.err().iter().any(|line| line.ends_with(expected)), "{language:?}: {net:?}: {:?}", ended.err());
        Ok(())
    })
}

/// Whether threaded-server replies to this client, or closes the connection.
fn gets_reply(mut client: TcpStream) -> Result<bool> {
    let mut reply = String::new();
    match client.write_all(b"hello").and_then(|()| client.read_to_string(&mut reply)) {
        Ok(_) => Ok(reply.ends_with("] hello")),
        // The server closed the connection before or while the request was sent.
        Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => Ok(false),
        Err(error) => Err(error).context("neither a reply nor the end of the connection"),
    }
}
