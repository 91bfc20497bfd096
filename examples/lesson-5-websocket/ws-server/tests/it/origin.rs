//! `--origin`: which web pages may connect.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use programs::{Language, run};

use crate::common::{HANDSHAKE, read_refusal, send_request, with_each};

/// The options, in other spellings than those that browsers send.
const OPTIONS: [&str; 5] =
    ["HTTP://LocalHost:8000", "http://a.example:80", "https://b.example", "http://[::1]:8000", "null"];

/// Returns the status of a handshake with these `Origin` headers.
fn status(to: SocketAddr, origins: &[&str]) -> Result<u16> {
    let origins: String = origins.iter().map(|origin| format!("Origin: {origin}\r\n")).collect();
    let request = HANDSHAKE.replace("Host:", &format!("{origins}Host:"));
    Ok(read_refusal(&mut send_request(to, request.as_bytes())?)?.0)
}

#[test]
fn pages_of_other_origins_are_refused_at_both_ports() -> Result<()> {
    with_each(&OPTIONS.map(|origin| ["--origin", origin]).concat(), |server| {
        for port in [server.echo, server.token] {
            for origin in [
                "http://localhost:8000",
                "http://a.example",
                "https://b.example:443",
                "https://B.example",
                "http://[::1]:8000",
                "null",
                &format!("http://[::1]:{}8000", "0".repeat(5000)),
            ] {
                ensure!(status(port, &[origin])? == 101, "{origin}");
            }
            // A program that is not a browser sends no origin.
            ensure!(status(port, &[])? == 101);
        }
        let others = [
            "https://localhost:8000",
            "http://localhost",
            "http://localhost:8001",
            "http://localhost:8000.example.com",
            "http://localhost.example.com:8000",
            "http://user@localhost:8000",
            "http://localhost:8000/path",
            "http://localhost:8000/",
            "http://localhost:8000#",
            "http://[::1]a:8000",
            "http://[::1]8000",
            "http://127.0.0.1:8000",
            "http://b.example",
            "NULL",
            "\u{e9}",
            "",
        ];
        for origin in others {
            ensure!(status(server.echo, &[origin])? == 403, "{origin}");
        }
        ensure!(status(server.token, &["http://localhost:8000", "http://evil.example"])? == 403);
        let log = server.stop_when_idle()?.log;
        let refused = "handshake refused: 403 Forbidden: this origin is not allowed (--origin)";
        ensure!(log.iter().filter(|line| line.ends_with(refused)).count() == others.len() + 1, "{log:#?}");
        Ok(())
    })
}

#[test]
fn text_that_is_not_an_origin_is_an_error() -> Result<()> {
    for language in Language::ALL {
        for text in [
            "",
            "localhost",
            "localhost:8000",
            "http://",
            "http://localhost/page.html",
            "http://localhost/",
            "http://a?b",
            "http://user@localhost",
            "http://a:65536",
            "http://a:",
            "//a",
        ] {
            let ended = run("ws-server", language, &["--origin", text], b"")?;
            let reason = "expected an origin, such as http://localhost:8000, with no path; or null";
            ensure!(ended.status.code() == Some(2), "{language:?}: {text:?}: {ended:?}");
            ensure!(ended.err().iter().any(|line| line.contains(reason)), "{language:?}: {text:?}: {ended:?}");
        }
    }
    Ok(())
}
