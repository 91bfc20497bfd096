//! Whose pages may connect: any, unless `--origin` names some.

use crate::common;

use std::io::Write;
use std::net::{SocketAddr, TcpStream};

use anyhow::{Result, ensure};
use common::{HANDSHAKE, LONG, WsServer, head};
use programs::{Language, run};

/// The status line of the answer to a handshake for a page of this origin, or for a program that is no browser.
fn status(to: SocketAddr, origins: &[&str]) -> Result<String> {
    let origins: String = origins.iter().map(|origin| format!("Origin: {origin}\r\n")).collect();
    let mut client = TcpStream::connect(to)?;
    client.set_read_timeout(Some(LONG))?;
    client.write_all(HANDSHAKE.replace("Host:", &format!("{origins}Host:")).as_bytes())?;
    Ok(head(&mut client)?.lines().next().unwrap_or_default().to_owned())
}

#[test]
fn a_page_of_another_origin_is_forbidden_at_both_ports() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &["--origin", "http://localhost:8000", "--origin", "null"])?;
        for port in [server.echo, server.token] {
            for allowed in [&["http://localhost:8000"][..], &["null"], &[]] {
                ensure!(status(port, allowed)?.starts_with("HTTP/1.1 101 "), "{language:?}: {allowed:?}");
            }
            for other in [
                &["http://localhost:8001"][..],
                &["https://localhost:8000"],
                &["http://localhost"],
                &["http://evil.example"],
                &[""],
                &["\u{e9}"],
                &["http://localhost:8000", "http://evil.example"],
            ] {
                ensure!(status(port, other)?.starts_with("HTTP/1.1 403 "), "{language:?}: {other:?}");
            }
        }
        let (_, log) = server.stop()?;
        let refused = "handshake refused: 403 Forbidden: this page may not connect (--origin)";
        ensure!(log.iter().filter(|line| line.ends_with(refused)).count() == 14, "{language:?}: {log:#?}");
    }
    Ok(())
}

#[test]
fn without_the_option_any_page_may_connect() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &[])?;
        ensure!(status(server.echo, &["http://evil.example"])?.starts_with("HTTP/1.1 101 "), "{language:?}");
        server.stop()?;
    }
    Ok(())
}

#[test]
fn what_is_no_origin_is_an_error() -> Result<()> {
    for language in Language::ALL {
        for text in ["localhost:8000", "http://localhost/page.html", "http://localhost/", "http://user@localhost", ""] {
            let ended = run("ws-server", language, &["--origin", text], b"")?;
            ensure!(ended.status.code() == Some(2), "{language:?}: {text:?}: {ended:?}");
            let says = "expected an origin, such as http://localhost:8000, with no path; or null";
            ensure!(ended.err().iter().any(|line| line.contains(says)), "{language:?}: {text:?}: {ended:?}");
        }
    }
    Ok(())
}
