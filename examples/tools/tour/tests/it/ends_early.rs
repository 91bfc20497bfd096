//! Ctrl-C and a reader that has seen enough both end the tour, and the programs that it started.

use crate::shared;

use std::io::{BufRead, BufReader, ErrorKind, read_to_string};
use std::net::{SocketAddr, TcpStream};
use std::process::Stdio;

use anyhow::{Context, Result};
use programs::{Process, Signal};
use shared::{WAIT, tour};

fn address(row: &str) -> Result<SocketAddr> {
    row.rsplit(' ').next().unwrap_or_default().parse().with_context(|| format!("no address in {row:?}"))
}

fn assert_gone(server: SocketAddr) {
    let connected = TcpStream::connect(server).map(drop).map_err(|error| error.kind());
    assert_eq!(connected, Err(ErrorKind::ConnectionRefused), "the server was left behind");
}

#[test]
fn a_signal_ends_the_tour_and_its_server() -> Result<()> {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        // Between two parts the server waits, with nobody at it.
        let (mut process, _stdin) = Process::start_open(&mut tour(&["1", "--step"])?)?;
        let server = address(&process.lines.find("gate-server listens on", WAIT)?.text)?;
        process.lines.find("Enter goes on", WAIT)?;
        process.signal(signal)?;
        let ended = process.wait()?;
        assert_eq!(ended.status.code(), Some(130), "{signal:?}");
        assert!(!ended.err().iter().any(|line| line.starts_with("tour:")), "{:?}", ended.err());
        assert_gone(server);
    }
    Ok(())
}

#[test]
fn a_reader_that_has_seen_enough_is_a_normal_end() -> Result<()> {
    let mut tour = tour(&["3"])?.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut rows = BufReader::new(tour.stdout.take().context("a pipe")?).lines();
    let listening = rows.find(|row| row.as_ref().map_or(true, |row| row.contains("line-server listens on")));
    let server = address(&listening.context("no server")??)?;
    drop(rows);

    let said = read_to_string(tour.stderr.take().context("a pipe")?)?;
    assert!(tour.wait()?.success(), "{said}");
    assert!(!said.contains("tour:"), "{said}");
    assert_gone(server);
    Ok(())
}
