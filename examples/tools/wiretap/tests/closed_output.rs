//! A tap that nobody watches ends, with status 0: `cargo run -p wiretap | head`.

mod shared;

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;

use anyhow::{Context, Result};
use shared::{WAIT, wiretap};

#[test]
fn it_ends_once_its_output_is_closed() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let server = listener.local_addr()?.to_string();
    let mut command = wiretap();
    command.args(["--listen", "127.0.0.1:0", "--to", &server]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut tap = command.spawn()?;
    let mut out = BufReader::new(tap.stdout.take().context("a pipe")?).lines();
    let line =
        out.find(|line| line.as_ref().is_ok_and(|line| line.contains(" listens on "))).context("no address")??;
    drop(out);

    let mut client = TcpStream::connect(line.rsplit(' ').next().unwrap_or_default())?;
    client.set_read_timeout(Some(WAIT))?;
    // It is cut: this may fail, or not yet.
    let _ = client.write_all(b"hello");
    let end = client.read(&mut [0]);
    if end.is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)) {
        tap.kill()?;
    }
    let output = tap.wait_with_output()?;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(String::from_utf8(output.stderr)?, "");
    Ok(())
}
