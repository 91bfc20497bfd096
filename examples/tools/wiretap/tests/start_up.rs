//! What is wrong is said in one line: before it listens, with status 1; or, where no server is, for each client.

mod shared;

use std::io::{ErrorKind, Read};
use std::net::{TcpListener, TcpStream};

use anyhow::Result;
use programs::{Process, Unanswered};
use shared::{WAIT, tap, told, wiretap};

fn assert_fails(options: &[&str], message: &str) -> Result<()> {
    let ended = Process::start(wiretap().args(options), b"")?.wait()?;
    assert_eq!(ended.status.code(), Some(1), "{:?}", ended.lines);
    assert_eq!(ended.err(), [message]);
    assert_eq!(ended.out(), [""; 0]);
    Ok(())
}

#[test]
fn the_port_is_in_use() -> Result<()> {
    let other = TcpListener::bind("127.0.0.1:0")?;
    let address = other.local_addr()?.to_string();
    let message = format!(
        "wiretap: cannot listen on {address}: the port is in use; stop the program that uses it or choose another \
         port with --listen"
    );
    assert_fails(&["--listen", &address], &message)
}

#[test]
fn the_file_cannot_be_written() -> Result<()> {
    let missing = "/no/such/folder/x.pcap";
    let message = format!("wiretap: cannot write {missing}: No such file or directory (os error 2)");
    assert_fails(&["--listen", "127.0.0.1:0", "--save", missing], &message)
}

#[cfg(target_os = "linux")]
#[test]
fn the_disk_is_full() -> Result<()> {
    let message = "wiretap: cannot write /dev/full: No space left on device (os error 28)";
    assert_fails(&["--listen", "127.0.0.1:0", "--save", "/dev/full"], message)
}

#[test]
fn nothing_listens_behind_it() -> Result<()> {
    let nobody = Unanswered::new()?;
    let mut tap = tap(nobody.address()?, &[])?;
    // One after the other: the first does not end it.
    for _ in 0..2 {
        let mut client = TcpStream::connect(tap.address)?;
        client.set_read_timeout(Some(WAIT))?;
        assert_eq!(client.read(&mut [0]).map_err(|error| error.kind()), Err(ErrorKind::ConnectionReset));
        tap.line("nothing listens on")?;
    }
    let ended = tap.stop()?;
    let message = format!("nothing listens on {}; reset the client's connection", nobody.address()?);
    for client in [1, 2] {
        assert_eq!(told(&ended.out(), client)?, [message.as_str()]);
    }
    Ok(())
}
