//! Who may call: an accept loop over a [`std::net::TcpListener`] that no client can stop.
//!
//! The names are those of Python's module `socketserver`: a [`TcpServer`] serves one client at a time, a
//! [`ThreadingTcpServer`] each in a thread, and a request handler (here a function) is called with each
//! connection. What Python's module leaves open is settled here ([`Limits`], [`Crowd`]): a connection has a deadline, whatever
//! its client does or does not do; there are only so many at once, and from some addresses none; a handler that fails or
//! panics costs its own connection; without descriptors or threads the server waits until there are some; SIGUSR1 asks
//! what goes on; Ctrl-C or SIGTERM ends it.
//!
//! ```no_run
//! use std::io::Write;
//! use std::net::TcpListener;
//! use std::time::Duration;
//!
//! use socketserver::{Connection, Limits, TcpServer};
//!
//! let listener = TcpListener::bind("127.0.0.1:9527")?;
//! let limits = Limits { deadline: Duration::from_secs(3), grace: Duration::from_millis(500), allow: vec![] };
//! let served = TcpServer::new(listener, limits)?
//!     .serve_forever(|mut connection: &Connection| connection.write_all(b"hello\n"))?;
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
pub use limits::{Crowd, Limits, WhenFull, some_time};
pub use served::{Refused, Served};
pub use server::{ShutdownHandle, TcpServer, ThreadingTcpServer};
