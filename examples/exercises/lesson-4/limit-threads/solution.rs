//! A server with at most so many threads. Its arguments are an address and the maximum number of clients at a time.

use std::env;
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next().context("the address is missing")?;
    let limit: usize = arguments.next().context("the limit is missing")?.parse()?;
    let listener = TcpListener::bind(address)?;
    println!("limit-threads listens on {}", listener.local_addr()?);
    println!("at most {limit} clients at a time");
    thread::scope(|scope| {
        for _ in 0..limit {
            scope.spawn(|| worker_loop(&listener));
        }
    });
    Ok(())
}

/// Serves one client after the other. The others wait in the kernel's backlog.
fn worker_loop(listener: &TcpListener) {
    loop {
        match listener.accept() {
            Ok((client, _)) => {
                if let Err(error) = serve(client) {
                    println!("{error}");
                }
            }
            Err(error) => {
                println!("cannot accept: {error}");
                thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

/// Sends back what the client sends.
fn serve(mut client: TcpStream) -> Result<()> {
    client.write_all(b"ready\n")?;
    io::copy(&mut &client, &mut &client)?;
    Ok(())
}
