//! `--origin`: which web pages may connect.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use programs::{Language, run};

use crate::common::{HANDSHAKE, read_refusal, send_request, with_each};

/// The status of a handshake with these `Origin` headers.
fn status(to: SocketAddr, origins: &[&str]) -> Result<u16> {
    let origins: String = origins.iter().map(|origin| format!("Origin: {origin}\r\n")).collect();
    let request = HANDSHAKE.replace("Host:", &format!("{origins}Host:"));
    Ok(read_refusal(&mut send_request(to, request.as_bytes())?)?.0)
}

#[test]
fn pages_of_other_origins_are_refused_at_both_ports() -> Result<()> {
    with_each(&["--origin", "http://localhost:8000", "--origin", "null"], |server| {
        for port in [server.echo, server.token] {
            // A program that is not a browser sends no origin.
            for origins in [&["http://localhost:8000"][..], &["HTTP://LocalHost:8000"], &["null"], &[]] {
                ensure!(status(port, origins)? == 101, "{origins:?}");
            }
            for origins in [
                &["http://localhost:8001"][..],
                &["https://localhost:8000"],
                &["http://localhost"],
                &["http://evil.example"],
                &[""],
                &["\u{e9}"],
                &["http://localhost:8000", "http://evil.example"],
            ] {
                ensure!(status(port, origins)? == 403, "{origins:?}");
            }
        }
        let log = server.stop_when_idle()?.log;
        let refused = "handshake refused: 403 Forbidden: this origin is not allowed (--origin)";
        ensure!(log.iter().filter(|line| line.ends_with(refused)).count() == 14, "{log:#?}");
        Ok(())
    })
}

#[test]
fn without_the_option_any_page_may_connect() -> Result<()> {
    with_each(&[], |server| {
        ensure!(status(server.echo, &["http://evil.example"])? == 101);
        server.stop()?;
        Ok(())
    })
}

#[test]
fn text_that_is_not_an_origin_is_an_error() -> Result<()> {
    for language in Language::ALL {
        for text in ["localhost:8000", "http://localhost/page.html", "http://localhost/", "http://user@localhost", ""] {
            let ended = run("ws-server", language, &["--origin", text], b"")?;
            let reason = "expected an origin, such as http://localhost:8000, with no path; or null";
            ensure!(ended.status.code() == Some(2), "{language:?}: {text:?}: {ended:?}");
            ensure!(ended.err().iter().any(|line| line.contains(reason)), "{language:?}: {text:?}: {ended:?}");
        }
    }
    Ok(())
}
