//! Runs a program at a terminal, types to it and reads its screen: for tests and transcripts.
//!
//! The terminal is a pseudo-terminal of the system, 24 rows of 80 columns where nothing else is asked for; what the program writes to it is drawn on a
//! [`vt100`] screen, so that one sees what a person would: `ab`, a step to the left and `c` make `acb`. Nothing here
//! waits by the clock: the screen is looked at again whenever the program has written something.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use pty_process::Size;
use pty_process::blocking::{Pty, open};
use vt100::Parser;

/// How long a program may take to show something or to end before that is an error: longer than any that is well takes.
const WAIT: Duration = Duration::from_secs(60);

/// A key that types no character of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Ends a line.
    Enter,
    /// Deletes what is left of the cursor.
    Backspace,
    /// The arrow to the left.
    Left,
    /// The arrow to the right.
    Right,
    /// The arrow up.
    Up,
    /// The arrow down.
    Down,
    /// Interrupts.
    CtrlC,
    /// Ends the input.
    CtrlD,
}

/// A running program with the terminal to itself. Dropped, it is killed.
pub struct Terminal {
    child: Child,
    keyboard: Arc<Pty>,
    coming: Receiver<Vec<u8>>,
    drawn: Parser,
}

/// What a terminal shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Its rows from the top, as text without the blanks behind it; empty rows at the bottom are left out.
    pub rows: Vec<String>,
    /// The cursor's row and column, from 0.
    pub cursor: (u16, u16),
}

impl Terminal {
    /// Starts the program.
    ///
    /// # Errors
    /// What the system says.
    pub fn start(command: Command) -> Result<Terminal> {
        Terminal::of_size(command, Parser::DEFAULT_ROWS, Parser::DEFAULT_COLS, || {})
    }

    /// Starts the program at a terminal of 400 rows of 200 columns, for transcripts: no line is wrapped or scrolls away.
    ///
    /// Another thread calls `notify` for each piece of output and when the output ends; each call allows one
    /// [`draw_next`](Terminal::draw_next) that does not wait. So one thread can wait for several terminals.
    ///
    /// # Errors
    /// Returns an error if there is no free pseudo-terminal, or if the program cannot be started.
    pub fn start_large(command: Command, notify: impl Fn() + Send + 'static) -> Result<Terminal> {
        const ONE: NonZeroU16 = NonZeroU16::MIN;
        Terminal::of_size(command, ONE.saturating_add(399), ONE.saturating_add(199), notify)
    }

    fn of_size(
        mut command: Command,
        rows: NonZeroU16,
        columns: NonZeroU16,
        notify: impl Fn() + Send + 'static,
    ) -> Result<Terminal> {
        let (pty, pts) = open()?;
        pty.resize(Size::new(rows.get(), columns.get()))?;
        // Of the terminals that programs know, what the screen here draws is nearest to this one.
        command.env("TERM", "xterm").env("LC_ALL", "C.UTF-8");
        let name = command.get_program().to_owned();
        let child = pty_process::blocking::Command::from(command)
            .spawn(pts)
            .with_context(|| format!("cannot run {}", name.display()))?;
        let (keyboard, output) = (Arc::new(pty), channel());
        let (display, sender) = (Arc::clone(&keyboard), output.0);
        thread::spawn(move || {
            let mut piece = [0; 4096];
            // Once the program has ended, the system says so by an end of input or an error.
            while let Ok(count @ 1..) = (&*display).read(&mut piece) {
                if sender.send(piece[..count].to_vec()).is_err() {
                    return;
                }
                notify();
            }
            drop(sender);
            notify();
        });
        Ok(Terminal { child, keyboard, coming: output.1, drawn: Parser::new(rows, columns, 0) })
    }

    /// The program's process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Types text, as if by hand.
    ///
    /// # Errors
    /// What the terminal says.
    pub fn type_text(&self, text: &str) -> Result<()> {
        (&*self.keyboard).write_all(text.as_bytes()).with_context(|| format!("cannot type {text:?}"))
    }

    /// Presses a key.
    ///
    /// # Errors
    /// What the terminal says.
    pub fn press(&self, key: Key) -> Result<()> {
        self.type_text(match key {
            Key::Enter => "\r",
            Key::Backspace => "\x7f",
            Key::Left => "\x1b[D",
            Key::Right => "\x1b[C",
            Key::Up => "\x1b[A",
            Key::Down => "\x1b[B",
            Key::CtrlC => "\x03",
            Key::CtrlD => "\x04",
        })
    }

    /// Types a line and ends it.
    ///
    /// # Errors
    /// What the terminal says.
    pub fn enter(&self, line: &str) -> Result<()> {
        self.type_text(line)?;
        self.press(Key::Enter)
    }

    /// Waits until the screen is as wanted, and returns it.
    ///
    /// # Errors
    /// It was not within a minute, or when the program ended; the error tells what it showed.
    pub fn wait_until(&mut self, as_wanted: impl Fn(&Screen) -> bool) -> Result<Screen> {
        let end = Instant::now() + WAIT;
        loop {
            let screen = self.screen();
            if as_wanted(&screen) {
                return Ok(screen);
            }
            if !self.draw_next(end)? {
                bail!("the program ended and did not show what was waited for: {screen:#?}");
            }
        }
    }

    /// What the screen shows now.
    pub fn screen(&self) -> Screen {
        let screen = self.drawn.screen();
        let mut rows: Vec<_> = screen.rows(0, screen.size().1.get()).map(|row| row.trim_end().to_owned()).collect();
        while rows.last().is_some_and(String::is_empty) {
            rows.pop();
        }
        Screen { rows, cursor: screen.cursor_position() }
    }

    /// Waits for the program's end; returns its exit status, and what it left on the screen.
    ///
    /// # Errors
    /// It had not ended within a minute.
    pub fn wait(mut self) -> Result<(ExitStatus, Screen)> {
        let end = Instant::now() + WAIT;
        while self.draw_next(end)? {}
        Ok((self.child.wait()?, self.screen()))
    }

    /// Waits for the next piece of output and draws it. Returns false once the program has closed the terminal.
    ///
    /// # Errors
    /// Returns an error if nothing comes before `end`.
    pub fn draw_next(&mut self, end: Instant) -> Result<bool> {
        match self.coming.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(piece) => {
                self.drawn.process(&piece);
                Ok(true)
            }
            Err(RecvTimeoutError::Disconnected) => Ok(false),
            Err(RecvTimeoutError::Timeout) => bail!("nothing new within {WAIT:?} on {:#?}", self.screen()),
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
