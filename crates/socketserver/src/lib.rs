//! Staying up: an accept loop over a [`std::net::TcpListener`] that no client can stop.
//!
//! A [`Server`] calls a handler, which is a function, with each client's [`Connection`]: one client at a time, or many at
//! once in a pool of worker threads. Around the handler it adds what Python's module
//! [`socketserver`](https://docs.python.org/3/library/socketserver.html) leaves open:
//!
//! - A connection has a deadline for its whole handshake, then an idle timeout ([`Timeouts`], [`Connection`]).
//! - Connections are limited in total, for each address, and to some networks ([`ConnectionLimits`], [`AllowList`]).
//! - A handler that fails or panics loses its own connection and no other.
//! - Without file descriptors or threads, the server waits until there are some. Only without memory, Rust aborts.
//! - Ctrl-C and SIGTERM shut it down after a grace period; SIGUSR1 prints how many clients it served.
//!
//! ```no_run
//! use std::io::Write;
//! use std::net::TcpListener;
//! use std::time::Duration;
//! use socketserver::{AllowList, Connection, Server, Timeouts};
//!
//! let listener = TcpListener::bind("127.0.0.1:9527")?;
//! let timeouts = Timeouts { deadline: Duration::from_secs(3), grace: Duration::from_millis(250) };
//! let server = Server::sequential(listener, timeouts, AllowList::default())?;
//! let stats = server.run(|mut client: &Connection| client.write_all(b"hello\n"))?;
//! println!("{stats}");
//! # Ok::<(), std::io::Error>(())
//! ```

mod allow;
mod connection;
mod connection_table;
mod limits;
mod log;
mod server;
mod stats;
mod worker_pool;

pub use allow::AllowList;
pub use connection::Connection;
pub use limits::{ConnectionLimits, OverflowPolicy, Timeouts};
pub use server::Server;
pub use stats::Stats;
