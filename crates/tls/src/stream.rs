use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, Connection, ServerConfig, ServerConnection};

use crate::Error;

/// The label of the exporter for a channel binding (RFC 9266, section 2).
const EXPORTER_LABEL: &[u8] = b"EXPORTER-Channel-Binding";

/// A TLS connection over a blocking stream. It reads and writes what the peer's TLS wraps.
///
/// A read returns 0 only after the peer's `close_notify`. If the stream ends without, somebody may have cut it, and the
/// read fails with [`ErrorKind::UnexpectedEof`]. Each write is one or more records, which are sent at once.
#[derive(Debug)]
pub struct TlsStream<S> {
    connection: Connection,
    stream: S,
}

impl<S: Read + Write> TlsStream<S> {
    /// Completes the handshake as the server.
    ///
    /// # Errors
    /// Returns an error if the client does not speak TLS 1.3, leaves, or sends anything that the protocol forbids. If the
    /// stream fails or has a deadline that passes, that is [`Error::Io`].
    pub fn accept(stream: S, config: &Arc<ServerConfig>) -> Result<TlsStream<S>, Error> {
        let connection = ServerConnection::new(Arc::clone(config))?;
        TlsStream { connection: connection.into(), stream }.shake_hands()
    }

    /// Completes the handshake as the client of the server with this name.
    ///
    /// # Errors
    /// Returns an error as [`TlsStream::accept`] does, or if the configuration does not accept the server's certificate.
    pub fn connect(stream: S, config: &Arc<ClientConfig>, name: ServerName<'static>) -> Result<TlsStream<S>, Error> {
        let connection = ClientConnection::new(Arc::clone(config), name)?;
        TlsStream { connection: connection.into(), stream }.shake_hands()
    }

    fn shake_hands(mut self) -> Result<TlsStream<S>, Error> {
        while self.connection.is_handshaking() {
            match self.connection.complete_io(&mut self.stream) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    // rustls tries once to send the alert with the reason, but other messages may have to go first.
                    let _ = self.flush();
                    return Err(error.into());
                }
                Ok(_) => {}
            }
        }
        Ok(self)
    }

    /// Returns the value that only the two ends of this connection know, for a channel binding
    /// ([RFC 9266](https://www.rfc-editor.org/rfc/rfc9266)). On any other connection it is different, also on one that
    /// somebody in between has with each of them.
    ///
    /// # Errors
    /// Never after a handshake, but rustls does not promise that.
    pub fn exporter(&self) -> Result<[u8; 32], Error> {
        Ok(self.connection.export_keying_material([0; 32], EXPORTER_LABEL, None)?)
    }

    /// Tells the peer that this is all (`close_notify`), so that it can tell this end from a connection that was cut.
    ///
    /// Does nothing if the stream fails: a peer that has left needs no notice.
    pub fn close(&mut self) {
        self.connection.send_close_notify();
        let _ = self.flush();
    }

    /// Returns the stream underneath, for its deadline.
    pub fn stream_mut(&mut self) -> &mut S {
        &mut self.stream
    }
}

impl<S: Read + Write> Read for TlsStream<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.connection.reader().read(buffer) {
                // Nothing is decrypted yet.
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.connection.complete_io(&mut self.stream).map_err(explain)?;
                }
                result => return result.map_err(explain),
            }
        }
    }
}

impl<S: Read + Write> Write for TlsStream<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.connection.writer().write(bytes)?;
        // An error belongs to this write, not to the next one.
        self.flush()?;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        while self.connection.wants_write() {
            match self.connection.write_tls(&mut self.stream) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                // The caller would write the same bytes again, and the peer would receive them twice.
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => drop(result?),
            }
        }
        self.stream.flush()
    }
}

/// Says what an error means for the session, where rustls does not.
fn explain(error: io::Error) -> io::Error {
    if error.kind() == ErrorKind::UnexpectedEof {
        let reason = "the connection ended without close_notify: somebody may have cut it";
        return io::Error::new(ErrorKind::UnexpectedEof, reason);
    }
    match error.downcast::<rustls::Error>() {
        Ok(error) => io::Error::new(ErrorKind::InvalidData, Error::from(error)),
        Err(error) => error,
    }
}
