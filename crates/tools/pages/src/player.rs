use std::fmt;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use programs::terminal::{Key, Terminal};
use programs::{WAIT, listening_address};
use tempfile::TempDir;

use crate::command::{with_executables, with_ports};
use crate::mask::{Mask, Masked};
use crate::scene::{Transcript, listening_ports};
use crate::{Block, Languages, Scene};

/// Plays scenes with the real programs, each at a terminal of its own, and compares what the terminals show with the page.
///
/// The programs run in a folder that is removed with the player. It looks like the workspace's folder to a page's
/// commands, and what one scene leaves there is there for the next.
pub struct Player {
    folder: TempDir,
    pause: Duration,
    mask: Mask,
    sender: Sender<Option<usize>>,
    /// The number of each terminal that has new output; or nothing, to interrupt.
    wakes: Receiver<Option<usize>>,
    /// How many terminals were started.
    count: usize,
}

/// An event while a scene is played.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The player has come to this block and will start its first command.
    Block(&'a Block),
    /// The terminal with this name shows another row of text.
    Row(&'a str, &'a str),
}

/// The error of a scene that an [interrupter](Player::interrupter) ended.
#[derive(Debug)]
pub struct Interrupted;

impl Player {
    /// Creates a player. Before it types or starts a command, it waits until no terminal has shown anything for `pause`,
    /// so that a reader sees what a server prints about one client before the next client starts.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be created.
    pub fn new(pause: Duration) -> Result<Player> {
        let folder = tempfile::Builder::new().prefix("open-sesame-").tempdir().context("cannot create a folder")?;
        for name in ["crates", "examples"] {
            symlink(programs::root().join(name), folder.path().join(name))?;
        }
        fs::create_dir(folder.path().join("target"))?;
        let (sender, wakes) = channel();
        Ok(Player { folder, pause, mask: Mask::new()?, sender, wakes, count: 0 })
    }

    /// Returns a function that another thread can call to end the scene with the error [`Interrupted`].
    pub fn interrupter(&self) -> impl Fn() + Send + 'static {
        let sender = self.sender.clone();
        // If the player is gone, there is nothing to interrupt.
        move || sender.send(None).unwrap_or_default()
    }

    /// Plays a scene and calls `report` with each event. Ends the scene's programs when it returns.
    ///
    /// The blocks are played in the page's order. Text after a prompt `>>>` is typed when the prompt is there; `^C` is
    /// Ctrl-C. A server, and a block with the word `stays`, keeps running while the following blocks are played; its
    /// `^C` comes after them.
    ///
    /// # Errors
    /// Returns an error if a terminal shows something else than the page, if a program cannot be run, or if `report`
    /// returns an error.
    pub fn play(
        &mut self,
        scene: &Scene<'_>,
        languages: Languages,
        report: &mut dyn FnMut(Event<'_>) -> Result<()>,
    ) -> Result<()> {
        let first = self.count;
        let mut play = Play { player: self, languages, report, first, ports: Vec::new(), running: Vec::new() };
        let mut last = None;
        for transcript in &scene.transcripts {
            if last.replace(transcript.block.line) != Some(transcript.block.line) {
                (play.report)(Event::Block(transcript.block))?;
            }
            let index = play.start(transcript)?;
            if let Some(last) = transcript.lines.iter().rposition(|line| listening_address(line).is_some()) {
                play.wait_until_it_shows(index, &transcript.lines[..=last])?;
                let here = listening_ports(&play.running[index].terminal.screen().rows);
                play.ports.extend(listening_ports(&transcript.lines).into_iter().zip(here));
            } else if transcript.block.says("stays") {
                play.wait_until_it_shows(index, &transcript.lines[..1])?;
            } else {
                play.finish(index)?;
            }
        }
        // The servers first: they close the connections of the clients that stay.
        let indexes = || 0..scene.transcripts.len();
        let servers = indexes().filter(|index| scene.transcripts[*index].is_server());
        let clients = indexes().filter(|index| scene.transcripts[*index].block.says("stays"));
        servers.chain(clients).try_for_each(|index| play.finish(index))
    }
}

/// A scene that is being played.
struct Play<'a> {
    player: &'a mut Player,
    languages: Languages,
    report: &'a mut dyn FnMut(Event<'_>) -> Result<()>,
    /// The number of its first terminal.
    first: usize,
    /// The ports of the page's servers, and those here.
    ports: Vec<(u16, u16)>,
    running: Vec<Running<'a>>,
}

/// A command that was started, and its terminal.
struct Running<'a> {
    transcript: &'a Transcript<'a>,
    terminal: Terminal,
    /// How many rows were reported.
    reported: usize,
    ended: bool,
}

impl<'a> Play<'a> {
    fn start(&mut self, transcript: &'a Transcript<'a>) -> Result<usize> {
        let server = self.running.iter().rfind(|running| running.transcript.is_server());
        let count = listening_ports(&transcript.lines).len();
        let line = with_ports(&transcript.command, &self.ports, count, server.map(|server| server.terminal.id()))?;
        (self.report)(Event::Row(transcript.terminal(), &format!("$ {line}")))?;

        let line = with_executables(&line, self.languages)?;
        let mut command = Command::new("sh");
        // With exec, the server has the process id of the shell.
        command.arg("-c").arg(if count > 0 { format!("exec {line}") } else { line });
        command.current_dir(&self.player.folder).env_remove("OPEN_SESAME_KEY");
        // Pages leave out what cargo prints about a build, and backtraces.
        command.env("CARGO_TERM_QUIET", "true").env_remove("RUST_BACKTRACE");
        let (number, sender) = (self.player.count, self.player.sender.clone());
        self.player.count += 1;
        // If the player is gone, nobody waits for the terminal.
        let terminal = Terminal::start_large(command, move || sender.send(Some(number)).unwrap_or_default())?;
        self.running.push(Running { transcript, terminal, reported: 0, ended: false });
        Ok(self.running.len() - 1)
    }

    fn wait_until_it_shows(&mut self, index: usize, lines: &[&str]) -> Result<()> {
        loop {
            let (rows, lines) = self.masked(&self.running[index].terminal.screen().rows, lines);
            if rows.iter().map(|(_, row)| row).eq(lines.iter().map(|(_, line)| line)) {
                return Ok(());
            }
            self.wait(index)?;
        }
    }

    /// Types what the page's user types, and waits until the program has ended.
    fn finish(&mut self, index: usize) -> Result<()> {
        let lines = &self.running[index].transcript.lines;
        for (number, line) in lines.iter().enumerate() {
            let typed = line.strip_prefix(">>>");
            match typed {
                Some(_) => self.wait_until_it_shows(index, &[&lines[..number], &[">>>"]].concat())?,
                None if line.starts_with("^C") => self.wait_until_it_shows(index, &lines[..number])?,
                None => continue,
            }
            while self.wait_for_output(self.player.pause)? {}
            let Running { transcript, terminal, reported, .. } = &mut self.running[index];
            if typed.is_some() {
                // Now and not when the row is complete, because it is the cause of what follows.
                (self.report)(Event::Row(transcript.terminal(), line))?;
                *reported += 1;
            }
            match typed {
                Some("") => terminal.press(Key::CTRL_D)?,
                Some(text) => terminal.enter(text)?,
                None => terminal.press(Key::CTRL_C)?,
            }
        }
        while !self.running[index].ended {
            self.wait(index)?;
        }
        while self.wait_for_output(self.player.pause)? {}
        Ok(())
    }

    /// Waits for output at any terminal. The one at `index` is the one whose output is missing.
    fn wait(&mut self, index: usize) -> Result<()> {
        if self.wait_for_output(WAIT)? {
            return Ok(());
        }
        self.compare(index, &self.running[index].terminal.screen().rows, true)?;
        bail!("{}: the program has not ended for {WAIT:?}", self.running[index].transcript.block)
    }

    /// Returns false if there is no output within this time.
    fn wait_for_output(&mut self, time: Duration) -> Result<bool> {
        match self.player.wakes.recv_timeout(time) {
            Ok(Some(number)) => {
                // A lower number is from an earlier scene.
                number.checked_sub(self.first).map_or(Ok(()), |index| self.update(index))?;
                Ok(true)
            }
            Ok(None) => bail!(Interrupted),
            Err(_) => Ok(false),
        }
    }

    /// Draws new output, reports the rows that are complete now, and compares them with the page.
    fn update(&mut self, index: usize) -> Result<()> {
        let running = &mut self.running[index];
        running.ended |= !running.terminal.draw_next(Instant::now())?;
        let (screen, ended) = (running.terminal.screen(), running.ended);
        let mut rows = screen.rows;
        if !ended {
            rows.resize(usize::from(screen.cursor.0), String::new());
        }
        for text in rows.iter().skip(running.reported) {
            (self.report)(Event::Row(running.transcript.terminal(), text))?;
        }
        running.reported = running.reported.max(rows.len());
        self.compare(index, &rows, ended)
    }

    /// Compares rows with the page: they must be its first lines, or all of them.
    fn compare(&self, index: usize, rows: &[String], all: bool) -> Result<()> {
        let Transcript { block, lines, first, .. } = self.running[index].transcript;
        let (masked_rows, masked_lines) = self.masked(rows, lines);
        let equal = masked_rows.iter().zip(&masked_lines).take_while(|((_, row), (_, line))| row == line).count();
        let row = masked_rows.get(equal).map(|(number, _)| rows[*number].as_str());
        if row.is_none() && (!all || equal == masked_lines.len()) {
            return Ok(());
        }
        let number = masked_lines.get(equal).map_or(lines.len(), |(number, _)| *number);
        let quoted = |text: Option<&str>| text.map_or("nothing more".to_owned(), |text| format!("`{text}`"));
        let (place, terminal) = (block.path.display(), self.running[index].transcript.terminal());
        let expected = quoted(lines.get(number).copied());
        bail!("{place}:{}: expected {expected}, but terminal {terminal} shows {}", first + number, quoted(row))
    }

    /// Masks rows of a terminal and lines of the page.
    fn masked(&self, rows: &[String], lines: &[&str]) -> (Masked, Masked) {
        let on_page: Vec<_> = self.ports.iter().map(|(port, _)| (*port, *port)).collect();
        (self.player.mask.apply(rows, &self.ports), self.player.mask.apply(lines, &on_page))
    }
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}
