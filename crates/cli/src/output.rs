//! Output for people, which a peer cannot forge, and the exit status.
//!
//! Everything that a peer sent goes through [`escape`] or [`show`] before it is printed, so that it cannot move the
//! cursor, change colours or overwrite what is on the operator's terminal.

use std::fmt::Write as _;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

/// Prints a line to standard output, like `println!`; but a closed pipe does not end the program.
#[macro_export]
macro_rules! say {
    ($($part:tt)*) => { $crate::say_to(::std::io::stdout(), ::std::format_args!($($part)*)) };
}

/// Prints a line to standard error, like `eprintln!`; but a closed pipe does not end the program.
#[macro_export]
macro_rules! warn {
    ($($part:tt)*) => { $crate::say_to(::std::io::stderr(), ::std::format_args!($($part)*)) };
}

#[doc(hidden)]
pub fn say_to(mut stream: impl Write, line: std::fmt::Arguments<'_>) {
    // One write, so that the lines of several threads do not mix. If nobody reads them, there is nobody to tell.
    let _ = stream.write_all(format!("{line}\n").as_bytes());
}

/// Returns the bytes as text that cannot control a terminal: control characters, and those that change the writing
/// direction, become `\n` or `\u{202e}`; bytes that are not UTF-8 become `\xff`.
pub fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        escape_text(chunk.valid(), &mut text);
        escape_bytes(chunk.invalid(), &mut text);
    }
    text
}

/// Prints a peer's reply and a line ending. The reply is [escaped](escape), but if standard output is a pipe or a file,
/// bytes that are not UTF-8 stay unchanged.
///
/// # Errors
/// Returns an error if standard output cannot be written to. [`exit_code`] treats a closed pipe as a normal end.
pub fn show(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    if stdout.is_terminal() {
        return writeln!(stdout, "{}", escape(bytes));
    }
    for chunk in bytes.utf8_chunks() {
        let mut text = String::new();
        escape_text(chunk.valid(), &mut text);
        stdout.write_all(text.as_bytes())?;
        stdout.write_all(chunk.invalid())?;
    }
    stdout.write_all(b"\n")?;
    stdout.flush()
}

fn escape_text(text: &str, to: &mut String) {
    for char in text.chars() {
        if char.is_control() || is_format_control(char) {
            to.extend(char.escape_default());
        } else {
            to.push(char);
        }
    }
}

fn escape_bytes(bytes: &[u8], to: &mut String) {
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(to, "\\x{byte:02x}");
    }
}

/// Whether this is a line or paragraph separator, or changes the writing direction (Unicode Standard Annex 9, section 2).
fn is_format_control(char: char) -> bool {
    matches!(char, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Prints an error as one line on standard error, after the program's name, and returns the exit status.
///
/// If the program's output is a pipe that was closed, this is a normal end: its reader has seen enough.
pub fn exit_code(program: &str, result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            warn!("{program}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
