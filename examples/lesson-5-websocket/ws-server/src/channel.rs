use std::io::{Read, Write};

use socketserver::Connection;

/// What a session reads from and writes to: the connection, or TLS over it.
pub(crate) trait Channel: Read + Write {
    /// Ends what is sent, then closes as [`Connection::lingering_close`] does.
    fn lingering_close(&mut self);
}

pub(crate) type BoxedChannel<'c> = Box<dyn Channel + 'c>;

impl Channel for &Connection {
    fn lingering_close(&mut self) {
        Connection::lingering_close(self);
    }
}
