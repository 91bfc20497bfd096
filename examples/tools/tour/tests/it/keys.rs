//! Enter, Ctrl-C and a closed pipe: the user goes on or has seen enough.

use std::io::{BufRead, BufReader, ErrorKind, Write, read_to_string};
use std::net::{SocketAddr, TcpStream};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use pages::Scene;
use programs::{Process, Signal, WAIT, listening_address};

use crate::{empty_folder, tour};

#[test]
fn each_part_but_the_first_waits_for_enter_or_ctrl_c() -> Result<()> {
    let pages = pages::lessons()?;
    let parts = Scene::all(&pages[0])?.iter().filter(|scene| scene.is_in_tour()).count();
    assert!(parts > 2, "{parts}");
    let (mut process, mut stdin) = Process::start_open(&mut tour(&["1", "--step"])?)?;
    for part in 1..parts {
        process.lines.find("Press Enter to go on.", WAIT)?;
        let nothing = process.lines.next(Duration::from_millis(300));
        assert!(nothing.is_err(), "it went on with {nothing:?}");
        if part < parts - 1 { stdin.write_all(b"\n")? } else { process.signal(Signal::INT)? }
    }
    assert_eq!(process.wait()?.status.code(), Some(130));
    Ok(())
}

fn assert_gone(server: SocketAddr) {
    let connected = TcpStream::connect(server).map(drop).map_err(|error| error.kind());
    assert_eq!(connected, Err(ErrorKind::ConnectionRefused), "the server still runs");
}

#[test]
fn a_signal_ends_the_tour_its_server_and_its_files() -> Result<()> {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let folder = empty_folder()?;
        let (mut process, _stdin) = Process::start_open(tour(&["3"])?.env("TMPDIR", folder.path()))?;
        let server = process.lines.find("│ line-server listens on", WAIT)?.text;
        // Now the server waits for a client that sends one byte a second.
        process.lines.find("│ 127.0.0.1:", WAIT)?;
        process.signal(signal)?;
        let ended = process.wait()?;
        assert_eq!(ended.status.code(), Some(130), "{signal:?}");
        assert!(!ended.err().iter().any(|line| line.starts_with("tour:")), "{:?}", ended.err());
        assert_gone(listening_address(&server).context(server)?);
        assert_eq!(folder.path().read_dir()?.count(), 0, "{signal:?}");
    }
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
