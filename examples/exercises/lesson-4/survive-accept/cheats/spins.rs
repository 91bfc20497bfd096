// Tries again at once, and so keeps a processor busy.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let address = env::args().nth(1).context("the address is missing")?;
    let listener = TcpListener::bind(address)?;
    println!("survive-accept listens on {}", listener.local_addr()?);
    loop {
        let client = match listener.accept() {
            Ok((client, _)) => client,
            Err(error) => {
                println!("cannot accept: {error}");
                continue;
            }
        };
        thread::spawn(move || {
            if let Err(error) = reply(client) {
                println!("{error}");
            }
        });
    }
}

fn reply(mut client: TcpStream) -> Result<()> {
    let mut line = Vec::new();
    BufReader::new(&client).read_until(b'\n', &mut line)?;
    client.write_all(&line)?;
    Ok(())
}
