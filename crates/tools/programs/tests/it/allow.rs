//! `--allow` says who may connect. The server closes other connections without sending anything.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;
use programs::{Server, command, run};

use crate::common::{SERVERS, at_once, both, is_refused, served};

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
fn an_ipv4_client_of_an_ipv6_listener_counts_as_ipv4() -> Result<()> {
    let nets = [("127.0.0.0/8", true), ("::ffff:127.0.0.1", true), ("127.0.0.2", false), ("::/0", false)];
    at_once(both(&nets), |((net, may_connect), language)| {
        let options = ["--listen", "[::ffff:127.0.0.1]:0", "--allow", net];
        let server = Server::from_command(command("threaded-server", language)?.args(options))?;
        assert!(server.address.is_ipv6());
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, server.address.port()));
        if may_connect {
            served("threaded-server", address)?;
        } else {
            is_refused("127.0.0.1", address)?;
        }
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
