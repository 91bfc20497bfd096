//! Ctrl-C and a reader that has seen enough both end the tour, and the programs that it started.

use std::io::{BufRead, BufReader, ErrorKind, read_to_string};
use std::net::{SocketAddr, TcpStream};
use std::process::Stdio;

use anyhow::{Context, Result};
use programs::{Process, Signal, WAIT, listening_address};

use crate::{empty_folder, tour};

fn assert_gone(server: SocketAddr) {
    let connected = TcpStream::connect(server).map(drop).map_err(|error| error.kind());
    assert_eq!(connected, Err(ErrorKind::ConnectionRefused), "the server still runs");
}

#[test]
fn a_signal_ends_the_tour_its_server_and_its_files() -> Result<()> {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let folder = empty_folder("signal")?;
        let (mut process, _stdin) = Process::start_open(tour(&["3"])?.env("TMPDIR", &folder))?;
        let server = process.lines.find("line-server listens on", WAIT)?.text;
        // Now the server waits for a client that says nothing.
        process.lines.find("silent  │ silent", WAIT)?;
        process.signal(signal)?;
        let ended = process.wait()?;
        assert_eq!(ended.status.code(), Some(130), "{signal:?}");
        assert!(!ended.err().iter().any(|line| line.starts_with("tour:")), "{:?}", ended.err());
        assert_gone(listening_address(&server).context(server)?);
        assert_eq!(folder.read_dir()?.count(), 0, "{signal:?}");
    }
    Ok(())
}

#[test]
fn ctrl_c_also_ends_the_wait_for_enter() -> Result<()> {
    let (mut process, _stdin) = Process::start_open(&mut tour(&["2", "--step"])?)?;
    process.lines.find("Press Enter to go on.", WAIT)?;
    process.signal(Signal::INT)?;
    assert_eq!(process.wait()?.status.code(), Some(130));
    Ok(())
}

#[test]
fn a_closed_pipe_is_a_normal_end() -> Result<()> {
    let mut tour = tour(&["3"])?.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut rows = BufReader::new(tour.stdout.take().context("no pipe")?).lines();
    let server = rows.find_map(|row| row.ok().as_deref().and_then(listening_address)).context("no server")?;
    drop(rows);

    let errors = read_to_string(tour.stderr.take().context("no pipe")?)?;
    assert!(tour.wait()?.success(), "{errors}");
    assert!(!errors.contains("tour:"), "{errors}");
    assert_gone(server);
    Ok(())
}
