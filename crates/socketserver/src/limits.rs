use std::num::NonZeroUsize;
use std::time::Duration;

use ipnet::IpNet;

use crate::allow::net;

/// What a server grants each client; also the options that every server's command line has.
#[derive(Clone, Debug, clap::Args)]
pub struct Timeouts {
    /// Time for a whole handshake or request, from the moment its client is connected
    #[arg(long, value_name = "TIME", default_value = "3s", value_parser = nonzero_duration)]
    pub deadline: Duration,
    /// Time for open connections to finish once the server is told to end
    #[arg(long, value_name = "TIME", default_value = "250ms", value_parser = humantime::parse_duration)]
    pub grace: Duration,
    /// Who may connect: an address, or a network such as 192.168.0.0/16; may be given again. Without it, everyone may
    #[arg(long, value_name = "NET", value_parser = net)]
    pub allow: Vec<IpNet>,
}

/// How many clients a [`ThreadedServer`](crate::ThreadedServer) serves at once, and what becomes of the rest.
#[derive(Clone, Debug, clap::Args)]
pub struct ConnectionLimits {
    /// Connections at once
    #[arg(long, value_name = "N", default_value = "512")]
    pub max_connections: NonZeroUsize,
    /// Connections at once from one address; without it, as many as there may be in all
    #[arg(long, value_name = "N")]
    pub max_per_address: Option<NonZeroUsize>,
    /// What becomes of a client beyond --max-connections
    #[arg(long, value_name = "WHAT", default_value = "wait")]
    pub when_full: OverflowPolicy,
}

/// What becomes of a client that calls while as many connections are open as may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum OverflowPolicy {
    /// It is kept in the system's queue of connections (the backlog) until another leaves
    Wait,
    /// It is closed at once
    Close,
}

/// A duration such as `3s`, `500ms` or `2m`, and more than none.
///
/// # Errors
/// What is wrong with it, for the user.
pub fn nonzero_duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err("a time of zero leaves nobody any".to_owned()),
        Ok(time) => Ok(time),
        Err(error) => Err(error.to_string()),
    }
}
