//! Lesson 4, threads: one request per connection, sent back with the time before it; many clients at a time.
//!
//! Run with `cargo run -p threaded-server`.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;
use cli::{Address, escape, say};
use socketserver::{AllowList, Connection, ConnectionLimits, Server, Timeouts};

/// The maximum length of a request, in bytes.
const MAX_REQUEST: usize = 1024;

/// Sends back one request of each client with the time before it, many clients at a time.
#[derive(Parser)]
struct Args {
    /// Address to listen on; port 0 chooses a free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9527")]
    listen: Address,
    #[command(flatten)]
    timeouts: Timeouts,
    #[command(flatten)]
    allow_list: AllowList,
    #[command(flatten)]
    limits: ConnectionLimits,
}

fn main() -> ExitCode {
    cli::exit_code("threaded-server", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let listener = TcpListener::bind(&args.listen).map_err(|error| args.listen.cannot_listen(error))?;
    let server = Server::threaded(listener, args.timeouts, args.allow_list, args.limits)?;
    say!("threaded-server listens on {}", server.local_addr()?);
    let stats = server.run(reply_to)?;
    say!("threaded-server {stats}");
    Ok(())
}

/// Replies to one request. A request has no ending: it is what one read returns.
fn reply_to(mut client: &Connection) -> Result<()> {
    let mut request = [0; MAX_REQUEST + 1];
    let count = client.read(&mut request)?;
    if count > MAX_REQUEST {
        bail!("refused: the request is longer than {MAX_REQUEST} bytes");
    }
    if count > 0 {
        let reply = [&timestamp::now()[..], &request[..count]].concat();
        say!("{}: {}", client.peer_addr(), escape(&reply));
        client.write_all(&reply)?;
    }
    Ok(())
}
