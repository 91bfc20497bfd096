//! A server of the gate with a timeout. Its arguments are an address and the time in milliseconds.

use std::env;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use auth::{Key, Nonce, Scheme};

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next().context("the address is missing")?;
    let time = Duration::from_millis(arguments.next().context("the time is missing")?.parse()?);
    let key = Key::new("老衲洗头用飘柔")?;

    let listener = TcpListener::bind(address)?;
    println!("one-deadline listens on {}", listener.local_addr()?);
    for client in listener.incoming() {
        match handshake(client?, &key, time) {
            Ok(true) => println!("accepted"),
            Ok(false) => println!("rejected"),
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}

/// Whether the client's response is right.
fn handshake(mut client: TcpStream, key: &Key, time: Duration) -> Result<bool> {
    let nonce = Nonce::random()?;
    client.write_all(nonce.as_ref())?;

    let mut response = [0; 32];
    let mut received = 0;
    while received < response.len() {
        // Weak: the timeout starts again with each read.
        client.set_read_timeout(Some(time))?;
        match client.read(&mut response[received..]) {
            Ok(count) => {
                ensure!(count > 0, "the client closed the connection");
                received += count;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error).context("cannot read the response"),
        }
    }
    Ok(Scheme::Md5Hex.response(key, nonce).matches(&response))
}
