//! Lines from a person at a terminal, or from a pipe.
//!
//! At a terminal there is a prompt `>>>`, line editing and a history; Ctrl-C, Ctrl-D and `quit` end. From a pipe
//! or a file the lines are taken as bytes, whatever their encoding, and no prompt is written.

use std::io::{self, BufRead, ErrorKind, IsTerminal, Read, StdinLock, stdin};

use rustyline::DefaultEditor;
use rustyline::config::Configurer;
use rustyline::error::ReadlineError;

/// The longest line taken, in bytes, its ending aside.
pub const MAX_LINE: usize = 64 * 1024;

/// Where the lines come from.
pub struct Prompt(Source);

enum Source {
    Terminal(Box<DefaultEditor>),
    Pipe(StdinLock<'static>),
}

impl Prompt {
    /// Standard input: with a prompt if it is a terminal.
    ///
    /// # Errors
    /// What the terminal says.
    pub fn new() -> io::Result<Prompt> {
        if stdin().is_terminal() {
            let mut editor = DefaultEditor::new().map_err(io::Error::other)?;
            editor.set_auto_add_history(true);
            return Ok(Prompt(Source::Terminal(Box::new(editor))));
        }
        Ok(Prompt(Source::Pipe(stdin().lock())))
    }

    /// The next line without its ending, or `None` after the last or `quit`.
    ///
    /// # Errors
    /// A line longer than [`MAX_LINE`], or what standard input says.
    pub fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let line = match &mut self.0 {
            Source::Terminal(editor) => line_from_terminal(editor)?,
            Source::Pipe(pipe) => line_from_pipe(pipe)?,
        };
        match line {
            Some(line) if line.len() > MAX_LINE => Err(io::Error::new(
                ErrorKind::InvalidInput,
                format!("a line is longer than {MAX_LINE} bytes; not sent"),
            )),
            line => Ok(line.filter(|line| line.trim_ascii() != b"quit")),
        }
    }
}

fn line_from_terminal(editor: &mut DefaultEditor) -> io::Result<Option<Vec<u8>>> {
    match editor.readline(">>>") {
        Ok(line) => Ok(Some(line.into_bytes())),
        Err(ReadlineError::Eof | ReadlineError::Interrupted) => Ok(None),
        Err(ReadlineError::Io(error)) => Err(error),
        Err(error) => Err(io::Error::other(error)),
    }
}

fn line_from_pipe(pipe: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    // Room for a line, its ending and one byte, which tells that it is too long.
    pipe.take(MAX_LINE as u64 + 3).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    }
    Ok(Some(line))
}
