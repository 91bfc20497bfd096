//! A problem is reported in one line: before the wiretap listens, with status 1; or, if the server is unreachable, for
//! each client. A signal and a closed output end it normally.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpListener;
use std::process::Stdio;

use anyhow::{Context, Result};
use programs::{ClosedPort, Process, Signal, connect};

use crate::shared::{Printed, Tapped, start, wiretap};

#[test]
fn an_address_or_a_file_that_cannot_be_used_ends_it_with_status_1() -> Result<()> {
    let other = TcpListener::bind("127.0.0.1:0")?;
    let address = other.local_addr()?.to_string();
    let in_use = format!(
        "wiretap: cannot listen on {address}: the port is in use; stop the program that uses it or choose another \
         port with --listen"
    );
    let mut cases = vec![
        (["--listen", &address, "--save", "/dev/null"], &in_use[..]),
        (
            ["--listen", "127.0.0.1:0", "--save", "/no/such/folder/x.pcap"],
            "wiretap: cannot write /no/such/folder/x.pcap: No such file or directory (os error 2)",
        ),
    ];
    if cfg!(target_os = "linux") {
        let full = "wiretap: cannot write /dev/full: No space left on device (os error 28)";
        cases.push((["--listen", "127.0.0.1:0", "--save", "/dev/full"], full));
    }
    for (options, message) in cases {
        let ended = Process::start(wiretap().args(options), b"")?.wait()?;
        assert_eq!(ended.status.code(), Some(1), "{ended:?}");
        assert_eq!(ended.err(), [message]);
        assert_eq!(ended.out(), [""; 0]);
    }
    Ok(())
}

#[test]
fn clients_are_reset_while_the_server_is_unreachable() -> Result<()> {
    let nobody = ClosedPort::new()?;
    let mut wiretap = start(nobody.address, &[])?;
    // One after the other: the first does not end it.
    for _ in 0..2 {
        let mut client = connect(wiretap.address)?;
        assert_eq!(client.read(&mut [0]).map_err(|error| error.kind()), Err(ErrorKind::ConnectionReset));
        wiretap.line("nothing listens on")?;
    }
    let printed = Printed::new(wiretap)?;
    let message = format!("nothing listens on {}; reset the client's connection", nobody.address);
    for client in [1, 2] {
        assert_eq!(printed.descriptions(client, ""), [&message]);
    }
    Ok(())
}

#[test]
fn a_signal_closes_connections_and_ends_it_with_a_summary() -> Result<()> {
    for signal in [Signal::INT, Signal::TERM] {
        let tapped = Tapped::start(&[])?;
        let (mut client, mut server) = tapped.connect()?;
        client.write_all(b"hello")?;
        server.read_exact(&mut [0; 5])?;

        tapped.wiretap.process.signal(signal)?;
        let ended = tapped.wiretap.process.wait()?;
        assert_eq!(ended.status.code(), Some(0), "{signal:?}: {ended:?}");
        let summary = "wiretap forwarded 1 connection: 5 bytes to the server, 0 bytes to the client";
        assert_eq!(ended.out().last(), Some(&summary));
        assert_eq!(ended.err(), [""; 0]);
        assert_eq!(client.read(&mut [0])?, 0);
        assert_eq!(server.read(&mut [0])?, 0);
    }
    Ok(())
}

/// As with `cargo run -p wiretap | head`.
#[test]
fn a_closed_output_ends_it_with_status_0() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut command = wiretap();
    command.args(["--listen", "127.0.0.1:0", "--to", &listener.local_addr()?.to_string()]);
    let mut wiretap = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut out = BufReader::new(wiretap.stdout.take().context("a pipe")?).lines();
    let address = out.find_map(|line| programs::listening_address(&line.ok()?)).context("no address")?;
    drop(out);

    let mut client = connect(address)?;
    // The wiretap closes the connection: this may fail, or not yet.
    let _ = client.write_all(b"hello");
    let end = client.read(&mut [0]);
    if end.is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)) {
        wiretap.kill()?;
    }
    let output = wiretap.wait_with_output()?;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(String::from_utf8(output.stderr)?, "");
    Ok(())
}
