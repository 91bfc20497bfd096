//! Who may call: an accept loop over a [`std::net::TcpListener`] that no client can stop.
//!
//! The names are those of Python's module `socketserver`: a [`SequentialServer`] serves one client at a time, a
//! [`ThreadedServer`] each in a thread, and a request handler (here a function) is called with each
//! connection. What Python's module leaves open is settled here ([`Timeouts`], [`ConnectionLimits`]): a connection has a deadline, whatever
//! its client does or does not do; there are only so many at once, and from some addresses none; a handler that fails or
//! panics costs its own connection; without descriptors or threads the server waits until there are some; SIGUSR1 asks
//! what goes on; Ctrl-C or SIGTERM ends it.
//!
//! ```no_run
//! use std::io::Write;
//! use std::net::TcpListener;
//! use std::time::Duration;
//!
//! use socketserver::{Connection, Timeouts, SequentialServer};
//!
//! let listener = TcpListener::bind("127.0.0.1:9527")?;
//! let limits = Timeouts { deadline: Duration::from_secs(3), grace: Duration::from_millis(500), allow: vec![] };
//! let served = SequentialServer::new(listener, limits)?
//!     .run(|mut connection: &Connection| connection.write_all(b"hello\n"))?;
//! println!("{served}");
//! # Ok::<(), std::io::Error>(())
//! ```

mod allow;
mod connection;
mod crew;
mod limits;
mod monitor;
mod register;
mod served;
mod server;
mod shortage;

pub use connection::Connection;
pub use limits::{ConnectionLimits, OverflowPolicy, Timeouts, nonzero_duration};
pub use served::{Rejections, Stats};
pub use server::{SequentialServer, ShutdownHandle, ThreadedServer};
