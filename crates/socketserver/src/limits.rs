//! The limits of a server. Each struct is also the part of the command line that sets it, so that servers do not repeat it.

use std::num::NonZeroUsize;
use std::time::Duration;

/// The time limits of a server.
#[derive(Clone, Debug, clap::Args)]
pub struct Timeouts {
    /// Time limit for a whole handshake or request
    #[arg(long, value_name = "TIME", default_value = "3s", value_parser = cli::nonzero_duration)]
    pub deadline: Duration,
    /// Time that open connections get to finish at shutdown
    #[arg(long, value_name = "TIME", default_value = "250ms", value_parser = humantime::parse_duration)]
    pub grace: Duration,
}

/// The number of clients that a threaded server serves at once.
#[derive(Clone, Debug, clap::Args)]
pub struct ConnectionLimits {
    /// Maximum number of open connections
    #[arg(long, value_name = "N", default_value = "512")]
    pub max_connections: NonZeroUsize,
    /// Maximum number of open connections from one address [default: no limit]
    #[arg(long, value_name = "N")]
    pub max_per_address: Option<NonZeroUsize>,
    /// What happens to clients beyond --max-connections
    #[arg(long, value_name = "WHAT", default_value = "wait")]
    pub when_full: OverflowPolicy,
}

/// What happens to clients beyond the maximum number of connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum OverflowPolicy {
    /// Wait in the backlog until another client leaves
    Wait,
    /// Close at once
    Close,
}
