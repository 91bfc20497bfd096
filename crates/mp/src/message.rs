use std::io::{ErrorKind, Read, Write};

use crate::{Error, Refusal};

/// Sends a message: its length, then its bytes.
///
/// # Errors
/// Returns an error if the stream fails, or the message is longer than 2 GiB.
pub fn send_bytes(mut peer: impl Write, message: &[u8]) -> Result<(), Error> {
    let length = i32::try_from(message.len()).map_err(|_| Refusal::TooLong { length: message.len(), max: MAX })?;
    peer.write_all(&[&length.to_be_bytes(), message].concat())?;
    Ok(peer.flush()?)
}

const MAX: usize = i32::MAX as usize;

/// Receives a message of up to `max` bytes. Returns `None` if the peer closes the connection instead of sending one.
///
/// # Errors
/// Returns an error if the stream fails or ends inside the message, or the message is too long.
pub fn recv_bytes(mut peer: impl Read, max: usize) -> Result<Option<Vec<u8>>, Error> {
    let mut length = [0; 4];
    if !read_first(&mut peer, &mut length)? {
        return Ok(None);
    }
    let length = match i32::from_be_bytes(length) {
        -1 => return Err(Refusal::LongForm.into()),
        length => usize::try_from(length).map_err(|_| Refusal::NegativeLength(length))?,
    };
    if length > max {
        return Err(Refusal::TooLong { length, max }.into());
    }
    let mut message = vec![0; length];
    peer.read_exact(&mut message)?;
    Ok(Some(message))
}

/// Fills the buffer. Returns `false` if the stream ends before its first byte.
fn read_first(peer: &mut impl Read, buffer: &mut [u8]) -> Result<bool, Error> {
    loop {
        match peer.read(buffer) {
            Ok(0) => return Ok(false),
            Ok(count) => {
                peer.read_exact(&mut buffer[count..])?;
                return Ok(true);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}
