//! Lesson 8: TLS encrypts the channel, and the handshake of lesson 7 proves that it ends at the right peer.
//!
//! Run with `cargo run -p tls-server -- --key-file FILE`.

use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use auth::mutual::{ChannelBinding, authenticate_client};
use auth::{Key, Verdict};
use clap::Parser;
use cli::{Address, say};
use keysource::SharedKey;
use socketserver::{AllowList, Connection, ConnectionLimits, Server, Timeouts};
use timestamp::session::serve_echo;
use tls::{CertificateFiles, Identity, ServerConfig, TlsStream};

/// Proves over TLS that it holds the key to clients that do the same, then sends their messages back with the time.
#[derive(Parser)]
struct Args {
    /// Address to listen on; port 0 chooses a free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9527")]
    listen: Address,
    /// Time limit between two messages
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = cli::nonzero_duration)]
    idle: Duration,
    #[command(flatten)]
    certificate: CertificateFiles,
    #[command(flatten)]
    key: SharedKey,
    #[command(flatten)]
    timeouts: Timeouts,
    #[command(flatten)]
    allow_list: AllowList,
    #[command(flatten)]
    limits: ConnectionLimits,
}

fn main() -> ExitCode {
    cli::exit_code("tls-server", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    if args.certificate.make()? {
        return Ok(());
    }
    let Some(key) = args.key.load()? else { return Ok(()) };
    let config = match args.certificate.server_config()? {
        Some(config) => config,
        // Nobody vouches for this certificate, and nobody has to: the key does.
        None => tls::server_config(Identity::self_signed()?)?,
    };
    let listener = TcpListener::bind(&args.listen).map_err(|error| args.listen.cannot_listen(error))?;
    let server = Server::threaded(listener, args.timeouts, args.allow_list, args.limits)?;
    say!("tls-server listens on {}", server.local_addr()?);
    let stats = server.run(move |client: &Connection| serve(client, &config, &key, args.idle))?;
    say!("tls-server {stats}");
    Ok(())
}

/// Encrypts the connection, and says to the client when that ends.
fn serve(client: &Connection, config: &Arc<ServerConfig>, key: &Key, idle: Duration) -> Result<()> {
    let mut tls = TlsStream::accept(client, config)?;
    let result = serve_encrypted(client, &mut tls, key, idle);
    // Also after an error, such as a deadline that passed: otherwise the client takes the end for an attack.
    tls.close();
    result
}

/// Authenticates both ends of the connection and, if the client holds the key, serves it until it leaves.
fn serve_encrypted(client: &Connection, tls: &mut TlsStream<&Connection>, key: &Key, idle: Duration) -> Result<()> {
    let peer = client.peer_addr();
    // Whoever sits between two TLS connections has another value on each of them, so no proof fits both.
    let channel = ChannelBinding::TlsExporter(tls.exporter()?);
    if authenticate_client(&mut *tls, key, channel)? == Verdict::Rejected {
        say!("{peer}: rejected, it does not hold the key, or somebody is in between");
        return Ok(());
    }
    say!("{peer}: accepted, it holds the key");
    client.set_idle_timeout(idle)?;
    serve_echo(tls).context("session")?;
    say!("{peer}: disconnected");
    Ok(())
}
