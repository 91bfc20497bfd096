//! Attacks the servers and clients of the lessons, naive and robust, and shows which of them fall.
//!
//! Run with `cargo run -p attack`, or with `-- NAME --to HOST:PORT` against a server that runs in another terminal.

mod attacks;
mod channel_binding;
mod matrix;
mod middle;
mod started;
mod target;
mod tls_middle;

use std::net::{SocketAddr, ToSocketAddrs};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use clap::builder::PossibleValuesParser;
use cli::{Address, say};
use programs::Language;

use attacks::{ATTACKS, Attack, Outcome};
use target::Target;

/// Attacks the programs of the lessons. Without arguments: all attacks on all programs.
#[derive(Parser)]
struct Args {
    /// The attack to run, or channel-binding: the table of lesson 8
    #[arg(value_parser = PossibleValuesParser::new(names()))]
    name: Option<String>,
    /// Attack the server that listens on this loopback address
    #[arg(long, value_name = "HOST:PORT", requires = "name")]
    to: Option<Address>,
    /// Explain all attacks
    #[arg(long, conflicts_with_all = ["name", "to"])]
    list: bool,
}

fn main() -> ExitCode {
    cli::exit_code("attack", run(&Args::parse()))
}

fn run(args: &Args) -> Result<()> {
    let chosen: Vec<&Attack> =
        ATTACKS.iter().filter(|attack| args.name.as_ref().is_none_or(|name| name == attack.name)).collect();
    started::end_on_signal()?;
    match (&args.to, &chosen[..]) {
        _ if args.list => list()?,
        (None, []) => channel_binding::run()?,
        (Some(_), []) => bail!("{} starts its own servers: run it without --to", channel_binding::NAME),
        (Some(address), [attack]) => attack_one(attack, loopback(address)?)?,
        _ => matrix::run(&chosen)?,
    }
    Ok(())
}

fn names() -> impl Iterator<Item = &'static str> {
    ATTACKS.iter().map(|attack| attack.name).chain([channel_binding::NAME])
}

fn list() -> Result<()> {
    for attack in &ATTACKS {
        let [does, watch, page] = attack.explanation().context("an attack is missing in docs/attacks.md")?;
        say!("{}: {does}\n    watch {watch}; see docs/{page}", attack.name);
    }
    Ok(())
}

/// Runs one attack against a server that somebody else started.
fn attack_one(attack: &Attack, to: SocketAddr) -> Result<()> {
    let target = Target { to: Some(to), is_verbose: true, ..Target::naive(Language::Rust) };
    let outcomes = (attack.run)(&target).with_context(|| format!("{} against {to}", attack.name))?;
    for outcome in &outcomes {
        say!("{outcome}");
    }
    if outcomes.iter().all(|outcome| matches!(outcome, Outcome::Stands(_))) {
        bail!("the server at {to} withstood {}", attack.name);
    }
    Ok(())
}

/// Returns the address if it is one of this machine only.
fn loopback(address: &Address) -> Result<SocketAddr> {
    let all: Vec<_> = address.to_socket_addrs().with_context(|| format!("cannot resolve {address}"))?.collect();
    let is_loopback = all.iter().all(|address| address.ip().is_loopback());
    ensure!(is_loopback, "{address} is not a loopback address: attack only programs on this machine");
    // The programs listen on 127.0.0.1, and localhost may be ::1 as well.
    let chosen = all.iter().find(|address| address.is_ipv4()).or(all.first());
    Ok(*chosen.with_context(|| format!("{address} has no address"))?)
}
