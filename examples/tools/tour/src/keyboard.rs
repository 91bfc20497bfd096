use std::io::stdin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use anyhow::{Result, bail};
use pages::Interrupted;

use crate::printer::Printer;

/// Waits for Enter with `--step`.
pub(crate) struct Keyboard {
    keys: Receiver<Key>,
    sender: Sender<Key>,
    /// Whether to wait before the next part.
    waits: bool,
    parts: usize,
}

enum Key {
    Enter,
    /// Nobody is there to press Enter.
    EndOfInput,
    Interrupt,
}

impl Keyboard {
    pub(crate) fn new(step: bool) -> Result<Keyboard> {
        let (sender, keys) = channel();
        if step {
            let sender = sender.clone();
            thread::Builder::new().spawn(move || {
                for _ in stdin().lines().map_while(Result::ok) {
                    let _ = sender.send(Key::Enter);
                }
                let _ = sender.send(Key::EndOfInput);
            })?;
        }
        Ok(Keyboard { keys, sender, waits: step, parts: 0 })
    }

    /// Returns a function that ends the wait with the error [`Interrupted`].
    pub(crate) fn interrupter(&self) -> impl Fn() + Send + 'static {
        let sender = self.sender.clone();
        move || drop(sender.send(Key::Interrupt))
    }

    /// Waits for Enter, but not before the first part.
    pub(crate) fn wait_before_part(&mut self, printer: &mut Printer) -> Result<()> {
        self.parts += 1;
        if self.waits && self.parts > 1 {
            printer.prose("Press Enter to go on.")?;
            match self.keys.recv()? {
                Key::Enter => {}
                Key::EndOfInput => self.waits = false,
                Key::Interrupt => bail!(Interrupted),
            }
        }
        Ok(())
    }
}
