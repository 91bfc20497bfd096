//! Runs a program at a terminal, types to it and reads its screen.
//!
//! The terminal is a pseudo-terminal of the operating system. [`vt100`] draws what the program writes, so that you see
//! what a person would see: `ab`, a step to the left and `c` make `ac`.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use pty_process::Size;
use pty_process::blocking::{Pty, open};
use vt100::Parser;

use crate::process::KilledOnDrop;
use crate::{WAIT, sigint};

/// A key that does not type a character, named as on the keyboard: the bytes that a terminal sends for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(&'static str);

#[allow(missing_docs, reason = "the names say it")]
impl Key {
    pub const ENTER: Key = Key("\r");
    pub const BACKSPACE: Key = Key("\x7f");
    pub const LEFT: Key = Key("\x1b[D");
    pub const RIGHT: Key = Key("\x1b[C");
    pub const UP: Key = Key("\x1b[A");
    pub const DOWN: Key = Key("\x1b[B");
    pub const CTRL_C: Key = Key("\x03");
    pub const CTRL_D: Key = Key("\x04");
}

/// A program that runs at a terminal of its own. It is killed when this is dropped.
pub struct Terminal {
    child: KilledOnDrop,
    keyboard: Arc<Pty>,
    output: Receiver<Vec<u8>>,
    parser: Parser,
}

/// The content of a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    /// The rows from the top, without trailing blanks, and without the empty rows at the bottom.
    pub rows: Vec<String>,
    /// The row and the column of the cursor, from 0.
    pub cursor: (u16, u16),
}

impl Terminal {
    /// Starts the program at a terminal of 24 rows and 80 columns.
    pub fn start(command: Command) -> Result<Terminal> {
        Terminal::with_size(command, Parser::DEFAULT_ROWS, Parser::DEFAULT_COLS, || {})
    }

    /// Starts the program at a terminal of 400 rows and 200 columns, for transcripts: no line is wrapped or scrolled
    /// away.
    ///
    /// Another thread calls `notify` for each piece of output and when the output ends; each call allows one
    /// [`draw_next`](Terminal::draw_next) that does not wait. So one thread can wait for several terminals.
    pub fn start_large(command: Command, notify: impl Fn() + Send + 'static) -> Result<Terminal> {
        const ONE: NonZeroU16 = NonZeroU16::MIN;
        Terminal::with_size(command, ONE.saturating_add(399), ONE.saturating_add(199), notify)
    }

    fn with_size(
        mut command: Command,
        rows: NonZeroU16,
        columns: NonZeroU16,
        notify: impl Fn() + Send + 'static,
    ) -> Result<Terminal> {
        let (pty, pts) = open()?;
        pty.resize(Size::new(rows.get(), columns.get()))?;
        // Of the terminal types that programs know, this one is closest to what `Parser` draws.
        command.env("TERM", "xterm").env("LC_ALL", "C.UTF-8");
        sigint::restore_in_children();
        let name = command.get_program().to_owned();
        let child = pty_process::blocking::Command::from(command)
            .spawn(pts)
            .with_context(|| format!("cannot run {}", name.display()))?;
        let keyboard = Arc::new(pty);
        let display = Arc::clone(&keyboard);
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut piece = [0; 4096];
            // After the end of the program, a read returns zero or fails, depending on the operating system.
            while let Ok(count @ 1..) = (&*display).read(&mut piece) {
                if sender.send(piece[..count].to_vec()).is_err() {
                    return;
                }
                notify();
            }
            drop(sender);
            notify();
        });
        Ok(Terminal { child: KilledOnDrop(child), keyboard, output, parser: Parser::new(rows, columns, 0) })
    }

    /// Returns the process id of the program.
    pub fn id(&self) -> u32 {
        self.child.0.id()
    }

    /// Types text.
    pub fn type_text(&self, text: &str) -> Result<()> {
        (&*self.keyboard).write_all(text.as_bytes()).with_context(|| format!("cannot type {text:?}"))
    }

    /// Presses a key.
    pub fn press(&self, key: Key) -> Result<()> {
        self.type_text(key.0)
    }

    /// Types a line and presses Enter.
    pub fn enter(&self, line: &str) -> Result<()> {
        self.type_text(line)?;
        self.press(Key::ENTER)
    }

    /// Waits until the screen fulfils a condition, and returns the screen.
    ///
    /// # Errors
    /// Returns an error that shows the screen if the condition is not fulfilled within [`WAIT`], or when the program
    /// ends.
    pub fn wait_until(&mut self, condition: impl Fn(&Screen) -> bool) -> Result<Screen> {
        let end = Instant::now() + WAIT;
        loop {
            let screen = self.screen();
            if condition(&screen) {
                return Ok(screen);
            }
            if !self.draw_next(end)? {
                bail!("the program ended and did not show what was expected: {screen:#?}");
            }
        }
    }

    /// Returns what the screen shows now.
    pub fn screen(&self) -> Screen {
        let screen = self.parser.screen();
        let mut rows: Vec<_> = screen.rows(0, screen.size().1.get()).map(|row| row.trim_end().to_owned()).collect();
        while rows.last().is_some_and(String::is_empty) {
            rows.pop();
        }
        Screen { rows, cursor: screen.cursor_position() }
    }

    /// Waits for the program to end. Returns its exit status, and what the screen then shows.
    pub fn wait(mut self) -> Result<(ExitStatus, Screen)> {
        let end = Instant::now() + WAIT;
        while self.draw_next(end)? {}
        Ok((self.child.0.wait()?, self.screen()))
    }

    /// Waits for the next piece of output and draws it. Returns false once the program has closed the terminal.
    pub fn draw_next(&mut self, end: Instant) -> Result<bool> {
        match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(piece) => {
                self.parser.process(&piece);
                Ok(true)
            }
            Err(RecvTimeoutError::Disconnected) => Ok(false),
            Err(RecvTimeoutError::Timeout) => bail!("nothing new within {WAIT:?} on {:#?}", self.screen()),
        }
    }
}
