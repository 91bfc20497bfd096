use std::io::{Read, Write};

use client::TimedStream;

/// What a session reads from and writes to: the connection, or TLS over it.
pub(crate) trait Channel: Read + Write {
    /// Begins another exchange, with a new deadline.
    fn restart_deadline(&mut self);

    /// Tells the server that this is all. Only TLS has a message for that.
    fn close(&mut self) {}
}

impl Channel for TimedStream {
    fn restart_deadline(&mut self) {
        TimedStream::restart_deadline(self);
    }
}
