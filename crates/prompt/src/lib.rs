//! Reads lines from a person at a terminal, or from a pipe.
//!
//! At a terminal there are a prompt `>>>`, line editing and a history; Ctrl-C, Ctrl-D and `quit` end the input. From a
//! pipe or a file, lines may have any encoding, and no prompt is printed.

use std::io::{self, BufRead, IsTerminal, Read, StdinLock, stdin};

use rustyline::DefaultEditor;
use rustyline::config::Configurer;
use rustyline::error::ReadlineError;

/// The maximum length of a line, in bytes, without its ending.
pub const MAX_LINE: usize = 64 * 1024;

/// A source of lines: standard input.
pub struct Prompt(Source);

enum Source {
    Terminal(Box<DefaultEditor>),
    Pipe(StdinLock<'static>),
}

impl Prompt {
    /// Opens standard input, with a prompt if it is a terminal.
    ///
    /// # Errors
    /// Returns an error if the terminal cannot be used.
    pub fn new() -> io::Result<Prompt> {
        if stdin().is_terminal() {
            let mut editor = DefaultEditor::new().map_err(io::Error::other)?;
            editor.set_auto_add_history(true);
            return Ok(Prompt(Source::Terminal(Box::new(editor))));
        }
        Ok(Prompt(Source::Pipe(stdin().lock())))
    }

    /// Reads the next line, without its ending. Returns `None` after the last one, or after `quit`.
    ///
    /// # Errors
    /// Returns an error if the line is longer than [`MAX_LINE`], or standard input cannot be read.
    pub fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let line = match &mut self.0 {
            Source::Terminal(editor) => line_from_terminal(editor)?,
            Source::Pipe(pipe) => line_from_pipe(pipe)?,
        };
        match line {
            Some(line) if line.len() > MAX_LINE => {
                Err(io::Error::other(format!("a line is longer than {MAX_LINE} bytes; not sent")))
            }
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
    // One byte more than a line and its ending shows that a line is too long.
    pipe.take(MAX_LINE as u64 + 3).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    let text = line.strip_suffix(b"\n").map_or(&line[..], |text| text.strip_suffix(b"\r").unwrap_or(text));
    Ok(Some(text.to_vec()))
}
