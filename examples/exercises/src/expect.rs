//! Comparisons whose errors say what was expected and what came instead.

use std::fmt::Display;
use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use programs::Ended;

use crate::program::{printed, short};

/// Compares bytes.
///
/// # Errors
/// Returns an error if they differ: with both in hexadecimal, and where the first difference is.
pub fn bytes(what: &str, expected: &[u8], got: &[u8]) -> Result<()> {
    if got == expected {
        return Ok(());
    }
    let at = expected.iter().zip(got).take_while(|(expected, got)| expected == got).count();
    let difference = match (expected.get(at), got.get(at)) {
        (Some(_), None) if got.is_empty() => "is missing".to_owned(),
        (None, _) if expected.is_empty() => "should be nothing".to_owned(),
        (Some(expected), Some(got)) => format!("is wrong: byte {at} should be {expected:02x}, and is {got:02x}"),
        (Some(expected), None) => format!("is wrong: it ends before byte {at}, which should be {expected:02x}"),
        (None, _) => format!("is wrong: it should end before byte {at}"),
    };
    bail!("{what} {difference}\n    expected {}\n    got      {}", dump(expected, at), dump(got, at))
}

/// Compares text or numbers.
///
/// # Errors
/// Returns an error if they differ, with both.
pub fn same<T: PartialEq + Display>(what: &str, expected: T, got: T) -> Result<()> {
    ensure!(
        got == expected,
        "{what} is wrong\n    expected {}\n    got      {}",
        short(&expected.to_string()),
        short(&got.to_string())
    );
    Ok(())
}

/// Expects that a program sends nothing for 300 ms, and does not close the connection. `why` says why it should wait.
///
/// # Errors
/// Returns an error that says what it did instead.
pub fn silence(mut peer: &TcpStream, why: &str) -> Result<()> {
    let usual = peer.read_timeout()?;
    peer.set_read_timeout(Some(Duration::from_millis(300)))?;
    let mut bytes = [0; 64];
    let result = peer.read(&mut bytes);
    peer.set_read_timeout(usual)?;
    match result {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(()),
        Ok(count @ 1..) => bail!("{why}, but your program sent: {}", dump(&bytes[..count], 0)),
        _ => bail!("{why}, but your program closed the connection"),
    }
}

/// Expects that a program ended with status 0.
///
/// # Errors
/// Returns an error that shows what it printed otherwise.
pub fn success(ended: &Ended) -> Result<()> {
    ensure!(ended.status.success(), "your program ended with {}{}", ended.status, printed(&ended.lines));
    Ok(())
}

/// Expects that a program ended with another status than 0.
///
/// # Errors
/// Returns an error that shows what it printed otherwise.
pub fn failure(ended: &Ended) -> Result<()> {
    ensure!(!ended.status.success(), "your program ended with status 0, as if all were well{}", printed(&ended.lines));
    Ok(())
}

/// Returns at most 24 bytes, from a little before the difference, in hexadecimal.
fn dump(bytes: &[u8], difference: usize) -> String {
    let from = if bytes.len() <= 24 { 0 } else { difference.saturating_sub(8).min(bytes.len()) };
    let to = bytes.len().min(from + 24);
    let hex: Vec<String> = bytes[from..to].iter().map(|byte| wire::hex(&[*byte])).collect();
    let hex = if hex.is_empty() { "(nothing)".to_owned() } else { hex.join(" ") };
    let [before, after] = [(from > 0, "... "), (to < bytes.len(), " ...")].map(|(is, dots)| if is { dots } else { "" });
    format!("{before}{hex}{after}  ({} bytes)", bytes.len())
}
