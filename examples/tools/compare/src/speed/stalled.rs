//! What good clients feel of peers that connect and say nothing.

use std::net::TcpStream;

use anyhow::{Context, Result, ensure};

use super::figures::Contestant::{Ours, Python};
use super::figures::Measure;
use super::floor::What;
use super::load::{self, connect};
use super::rounds::{Run, by_measure};
use super::running::Running;

/// Few enough that they do not wait for each other.
const GOOD_CLIENTS: usize = 2;

/// Longer than a round: the stalled peers are to be there to its end.
const DEADLINE: &str = "60s";

/// The good clients' 99th percentile, by themselves and among stalled peers.
pub(super) fn percentiles(run: &Run<'_>) -> Result<Vec<Measure>> {
    let peers = run.plan.stalled_peers;
    let title = format!("threaded, {GOOD_CLIENTS} clients");
    let figures = run.in_turns(&title, What::Threaded, &[Ours, Python], run.plan.rounds, true, |contestant| {
        let server = Running::start(What::Threaded, contestant, &["--deadline", DEADLINE])?;
        let put = || load::put(What::Threaded, &server, GOOD_CLIENTS, run.plan.time / 2);
        let alone = put()?.percentile_99();
        let stalled: Vec<TcpStream> = (0..peers).map(|_| connect(server.address)).collect::<Result<_>>()?;
        let among_stalled = put()?.percentile_99();
        stalled.iter().try_for_each(is_still_there)?;
        Ok(Ok(vec![alone, among_stalled, among_stalled / alone]))
    })?;
    let [alone, among_stalled, slower] = by_measure(figures);
    let among = format!("{title}, {peers} stalled peers");
    let measure =
        |load: &str, what, unit, figures| Measure { load: load.to_owned(), what, unit, more_is_better: false, figures };
    Ok(vec![
        measure(&title, "99th percentile", "ms", alone),
        measure(&among, "99th percentile", "ms", among_stalled),
        measure(&among, "against none stalled", "times", slower),
    ])
}

/// A server that closed it would have got rid of the load.
fn is_still_there(peer: &TcpStream) -> Result<()> {
    peer.set_nonblocking(true)?;
    let there = peer.peek(&mut [0]).err().context("a stalled peer was closed or answered")?;
    ensure!(there.kind() == std::io::ErrorKind::WouldBlock, "a stalled peer: {there}");
    Ok(())
}
