//! The error log: one line for each session that fails, and no line for others.

use std::fs;
use std::io::Write;
use std::net::Shutdown;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use programs::{Language, connect_from, run};
use wire::websocket::{CLOSE, FIN, TEXT};

use crate::common::{Client, WsServer, send_request, unique_log, with_each};

#[test]
fn a_line_has_time_address_port_and_reason_and_a_client_cannot_forge_one() -> Result<()> {
    with_each(&[], |mut server| {
        fs::write(&server.log, "an earlier line\n")?;
        let mut client = Client::connect(server.echo)?;
        let reason = b"no\n2026-01-01T00:00:00Z 127.0.0.1:1 echo: forged\x1b[2J";
        client.send(FIN | CLOSE, &[&1011_u16.to_be_bytes()[..], reason].concat())?;
        client.assert_closed(1011)?;
        let address = client.0.local_addr()?;
        let printed = server.line("closed by the client")?;
        server.server.stop()?;
        let text = fs::read_to_string(&server.log)?;
        fs::remove_file(&server.log)?;
        let (first, line) = text.split_once('\n').context("no second line")?;
        let (time, line) = line.split_once(' ').context("no time")?;
        ensure!(first == "an earlier line" && is_time(time), "{text}");
        let reason = r"closed by the client with 1011: no\n2026-01-01T00:00:00Z 127.0.0.1:1 echo: forged\u{1b}[2J";
        ensure!(line == format!("{address} echo: {reason}\n"), "{text}");
        ensure!(printed == format!("{address}: {reason}"), "{printed}");
        Ok(())
    })
}

/// RFC 3339, in seconds, with the offset of local time: `2026-11-22T20:01:02+01:00`.
fn is_time(text: &str) -> bool {
    let form = text.chars().map(|char| if char.is_ascii_digit() { '0' } else { char }).collect::<String>();
    form.replace("00-00:00", "00+00:00") == "0000-00-00T00:00:00+00:00"
}

#[test]
fn without_a_log_the_server_does_not_start() -> Result<()> {
    for language in Language::ALL {
        let options =
            ["--listen", "127.0.0.1:0", "--listen-token", "127.0.0.1:0", "--error-log", "/no/such/folder/log"];
        let ended = run("ws-server", language, &options, b"")?;
        let reason = "ws-server: cannot write to the error log /no/such/folder/log (--error-log): ";
        ensure!(ended.err().last().is_some_and(|line| line.starts_with(reason)), "{language:?}: {ended:?}");
        ensure!(ended.status.code() == Some(1) && ended.out().is_empty(), "{language:?}: {ended:?}");
    }
    Ok(())
}

#[test]
fn a_full_log_is_renamed_and_only_four_old_ones_are_kept() -> Result<()> {
    for language in Language::ALL {
        let log = unique_log();
        let old = |number: usize| format!("{}.{number}", log.display());
        // As if it had grown over time.
        let full = "2026-01-01T00:00:00Z an old line\n".repeat((1 << 20) / 32);
        fs::write(&log, &full)?;
        (1..=4).try_for_each(|number| fs::write(old(number), format!("log {number}\n")))?;
        let mut server = WsServer::start_with_log(language, &[], log.clone())?;
        Client::connect(server.echo)?.0.write_all(&[FIN | TEXT, 0])?;
        server.line("closed with 1002")?;
        let lines = server.stop()?.log;
        ensure!(lines.len() == 1 && lines[0].ends_with("closed with 1002: the frame is not masked"), "{lines:?}");
        ensure!(fs::read_to_string(old(1))? == full, "{language:?}");
        for number in 2..=4 {
            ensure!(fs::read_to_string(old(number))? == format!("log {}\n", number - 1), "{language:?}");
        }
        ensure!(!fs::exists(old(5))?, "{language:?}");
        (1..=4).try_for_each(|number| fs::remove_file(old(number)))?;
    }
    Ok(())
}

#[test]
fn one_client_cannot_fill_the_logs() -> Result<()> {
    with_each(&[], |mut server| {
        // It sends one byte and leaves, again and again.
        for _ in 0..1234 {
            send_request(server.echo, b"x")?.shutdown(Shutdown::Both)?;
        }
        connect_from("127.0.0.2", server.echo)?.shutdown(Shutdown::Both)?;
        server.wait_for_status("echo", "0 open; served 1235")?;
        let stopped = server.stop()?;
        let last = "and 1,134 more from 127.0.0.1";
        for (lines, last) in [(&stopped.log, last), (&stopped.err, &format!("echo: {last}"))] {
            let failures = lines.iter().filter(|line| line.ends_with("disconnected during the handshake"));
            ensure!(failures.count() == 101, "{lines:#?}");
            ensure!(lines.last().is_some_and(|line| line == last), "{lines:#?}");
        }
        Ok(())
    })
}

#[test]
fn a_log_on_a_full_disk_ends_no_session() -> Result<()> {
    // Every write to it fails because the disk is full (full(4)).
    if !Path::new("/dev/full").exists() {
        return Ok(());
    }
    for language in Language::ALL {
        let options = ["--listen-token", "127.0.0.1:0", "--error-log", "/dev/full"];
        let mut server = programs::Server::start("ws-server", language, &options)?;
        let mut client = Client::connect(server.address)?;
        client.0.write_all(&[FIN | TEXT, 0])?;
        client.assert_closed(1002)?;
        server.line("cannot write to the error log /dev/full: ")?;
        Client::connect(server.address)?.assert_echoes("hello")?;
        server.stop()?;
    }
    Ok(())
}
