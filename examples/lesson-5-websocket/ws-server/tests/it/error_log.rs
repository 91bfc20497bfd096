//! The error log: appended to, one line an event, whatever clients send; and no server without one.

use crate::common;

use std::fs;
use std::io::Write;

use anyhow::{Context, Result, ensure};
use common::{CLOSE, FIN, Raw, TEXT, WsServer};
use programs::{Language, run};

#[test]
fn a_line_has_time_peer_port_and_what_happened_and_no_client_writes_one_of_its_own() -> Result<()> {
    for language in Language::ALL {
        let mut server = WsServer::start(language, &[])?;
        fs::write(&server.log, "what was there\n")?;
        let mut rude = Raw::connect(server.echo)?;
        let reason = b"no\n2026-01-01T00:00:00Z 127.0.0.1:1 echo: forged\x1b[2J";
        rude.send(FIN | CLOSE, &[&1011_u16.to_be_bytes()[..], reason].concat())?;
        ensure!(rude.receive()?.0 == FIN | CLOSE);
        rude.ended()?;
        let peer = rude.0.local_addr()?;
        drop(rude);
        let said = server.server.line("closed by the client")?;
        server.server.stop()?;
        let text = fs::read_to_string(&server.log)?;
        fs::remove_file(&server.log)?;
        let (first, line) = text.split_once('\n').context("two lines")?;
        ensure!(first == "what was there", "{language:?}: {text}");
        let (time, what) = line.split_once(' ').context("a time")?;
        ensure!(is_time(time), "{language:?}: {time}");
        let escaped = r"no\n2026-01-01T00:00:00Z 127.0.0.1:1 echo: forged\u{1b}[2J";
        ensure!(what == format!("{peer} echo: closed by the client with 1011: {escaped}\n"), "{language:?}: {text}");
        ensure!(said == format!("{peer}: closed by the client with 1011: {escaped}"), "{language:?}: {said}");
    }
    Ok(())
}

/// RFC 3339, in seconds, with the offset of local time: `2026-11-22T20:01:02+01:00`.
fn is_time(text: &str) -> bool {
    let form = text.chars().map(|char| if char.is_ascii_digit() { '0' } else { char }).collect::<String>();
    form.replace("00-00:00", "00+00:00") == "0000-00-00T00:00:00+00:00"
}

#[test]
fn normal_ends_are_not_written_down() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &[])?;
        for code in [1000, 1001, 3000, 4999_u16] {
            let mut client = Raw::connect(server.echo)?;
            client.asks("hello")?;
            client.send(FIN | CLOSE, &code.to_be_bytes())?;
            ensure!(client.closed()?.0 == code, "{language:?}");
        }
        // One that is there when the server ends is told so, and is no error either.
        let mut stays = Raw::connect(server.echo)?;
        stays.asks("hello")?;
        let (ended, log) = server.stop()?;
        ensure!(stays.closed()? == (1001, "the server is shutting down".to_owned()), "{language:?}");
        ensure!(log.is_empty(), "{language:?}: {log:?}");
        let echo = ended.out().into_iter().find(|line| line.contains("(echo) served")).unwrap_or_default();
        ensure!(
            echo.contains("served 5: 4 completed, 0 timed out, 0 failed, 1 closed at shutdown"),
            "{language:?}: {echo}"
        );
    }
    Ok(())
}

#[test]
fn a_log_that_cannot_be_written_to_is_one_line_and_no_server() -> Result<()> {
    for language in Language::ALL {
        let options =
            ["--listen", "127.0.0.1:0", "--listen-token", "127.0.0.1:0", "--error-log", "/no/such/folder/log"];
        let ended = run("ws-server", language, &options, b"")?;
        let error = ended.err().pop().unwrap_or_default().to_owned();
        let says = "ws-server: cannot write to the error log /no/such/folder/log (--error-log): ";
        ensure!(error.starts_with(says), "{language:?}: {error}");
        ensure!(ended.status.code() == Some(1) && ended.out().is_empty(), "{language:?}: {ended:?}");
    }
    Ok(())
}

#[test]
fn a_log_on_a_full_disk_costs_no_session() -> Result<()> {
    // Its every write fails for want of space (full(4)).
    if !std::path::Path::new("/dev/full").exists() {
        return Ok(());
    }
    for language in Language::ALL {
        let options = ["--listen-token", "127.0.0.1:0", "--error-log", "/dev/full"];
        let mut server = programs::Server::start("ws-server", language, &options)?;
        let mut rude = Raw::connect(server.address)?;
        rude.0.write_all(&[FIN | TEXT, 0])?;
        ensure!(rude.closed()?.0 == 1002);
        server.line("cannot write to the error log /dev/full: ")?;
        ensure!(Raw::connect(server.address)?.asks("hello")? == "Server received: hello", "{language:?}");
        server.stop()?;
    }
    Ok(())
}
