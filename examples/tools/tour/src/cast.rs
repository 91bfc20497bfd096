//! Who plays: a lesson's programs, started for real, and the tap between them.

use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStdin, Command};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use programs::{Language, Process};
use wire::{Event, Tap};

use crate::happening::{Happening, Player};

/// Dissector the key for the programs; what the tour's own user has set there is none of theirs.
pub(crate) const KEY_VARIABLE: &str = "OPEN_SESAME_KEY";

/// A program that runs; whatever it prints is sent on. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Actor {
    pub(crate) process: Process,
    pub(crate) stdin: ChildStdin,
}

impl Actor {
    /// Starts the program, in this folder.
    pub(crate) fn enter(
        player: Player,
        name: &str,
        options: &[&str],
        key: Option<&str>,
        folder: &Path,
        sender: &Sender<Happening>,
    ) -> Result<Actor> {
        let mut command = programs::command(name, Language::Rust)?;
        set_key(&mut command, key);
        // Ctrl-C is for the tour alone, which ends them.
        command.args(options).current_dir(folder).process_group(0);
        let (mut process, stdin) = Process::start_open(&mut command)?;
        let mut lines = process.take_lines();
        let sender = sender.clone();
        thread::Builder::new().spawn(move || {
            while let Ok(Some(line)) = lines.next(Duration::MAX) {
                let _ = sender.send(Happening::Line(player, line.text));
            }
            let _ = sender.send(Happening::Ended(player));
        })?;
        Ok(Actor { process, stdin })
    }
}

fn set_key(command: &mut Command, key: Option<&str>) {
    match key {
        Some(key) => command.env(KEY_VARIABLE, key),
        None => command.env_remove(KEY_VARIABLE),
    };
}

/// A tap to the server; whatever passes is sent on.
pub(crate) fn tap_to(server: SocketAddr, sender: &Sender<Happening>) -> Result<Tap> {
    let sender = sender.clone();
    let listener = TcpListener::bind((server.ip(), 0)).context("no port for the tap")?;
    let tap = Tap::start(listener, server, move |wire, event| {
        let _ = sender.send(match event {
            Event::Opened { seen_by_server, .. } => Happening::Opened(wire, seen_by_server),
            Event::Bytes(direction, bytes) => Happening::Bytes(wire, direction, bytes.to_vec()),
            Event::End(direction) | Event::Reset(direction) => Happening::End(wire, direction),
            Event::Unreachable(_) | Event::Closed => Happening::Closed(wire),
        });
    })?;
    Ok(tap)
}
