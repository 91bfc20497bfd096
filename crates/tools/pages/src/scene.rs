use anyhow::{Context, Result, ensure};

use crate::command::{has_twin, programs};
use crate::{Block, Page};

/// A conversation that a page shows: the console blocks with the same `scene=`.
#[derive(Debug)]
pub struct Scene<'a> {
    /// Its name, unique on its page.
    pub name: &'a str,
    pub(crate) transcripts: Vec<Transcript<'a>>,
}

/// Which language each program of a scene is played in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Languages {
    /// The one that the page's command names.
    AsWritten,
    /// The other one, for every program that has a twin.
    Swapped,
}

/// A command, and the lines that its terminal shows until the command ends.
#[derive(Debug)]
pub(crate) struct Transcript<'a> {
    pub(crate) block: &'a Block,
    pub(crate) command: String,
    pub(crate) lines: Vec<&'a str>,
    /// The number of the first of these lines on the page.
    pub(crate) first: usize,
}

impl<'a> Scene<'a> {
    /// Returns the scenes of a page, in the page's order.
    ///
    /// # Errors
    /// Returns an error if a console block names no scene or terminal, or does not begin with a command.
    pub fn all(page: &'a Page) -> Result<Vec<Scene<'a>>> {
        let mut scenes: Vec<Scene<'_>> = Vec::new();
        for block in page.blocks.iter().filter(|block| block.language == "console") {
            let name = block.value("scene").with_context(|| format!("{block}: the word scene= is missing"))?;
            ensure!(block.value("terminal").is_some(), "{block}: the word terminal= is missing");
            let transcripts = Transcript::all(block)?;
            match scenes.iter_mut().find(|scene| scene.name == name) {
                Some(scene) => scene.transcripts.extend(transcripts),
                None => scenes.push(Scene { name, transcripts }),
            }
        }
        Ok(scenes)
    }

    /// Whether the tour plays it.
    pub fn is_in_tour(&self) -> bool {
        self.transcripts.iter().any(|transcript| transcript.block.says("tour"))
    }

    /// Returns the names of the programs that it runs.
    pub fn programs(&self) -> Vec<String> {
        let programs = self.transcripts.iter().flat_map(|transcript| programs(&transcript.command));
        programs.map(|(name, _)| name).collect()
    }

    /// Whether [`Languages::Swapped`] makes a difference.
    pub fn has_twins(&self) -> bool {
        self.programs().iter().any(|name| has_twin(name))
    }
}

impl<'a> Transcript<'a> {
    fn all(block: &'a Block) -> Result<Vec<Transcript<'a>>> {
        let mut transcripts: Vec<Transcript<'_>> = Vec::new();
        let mut lines = (block.line + 1..).zip(block.text.lines());
        while let Some((number, line)) = lines.next() {
            if let Some(command) = line.strip_prefix("$ ") {
                let (mut command, mut first) = (command.to_owned(), number + 1);
                while let Some(begun) = command.strip_suffix('\\') {
                    let (number, rest) = lines.next().with_context(|| format!("{block}: the command has no end"))?;
                    (command, first) = (format!("{begun}{}", rest.trim_start()), number + 1);
                }
                transcripts.push(Transcript { block, command, lines: Vec::new(), first });
            } else {
                let transcript = transcripts.last_mut();
                transcript.with_context(|| format!("{block}: does not begin with a command `$ `"))?.lines.push(line);
            }
        }
        ensure!(!transcripts.is_empty(), "{block}: has no command");
        Ok(transcripts)
    }

    pub(crate) fn terminal(&self) -> &'a str {
        self.block.value("terminal").unwrap_or_default()
    }

    /// Whether it runs until Ctrl-C.
    pub(crate) fn is_server(&self) -> bool {
        !listening_ports(&self.lines).is_empty()
    }
}

/// The ports on which the lines say that a server listens.
pub(crate) fn listening_ports(lines: &[impl AsRef<str>]) -> Vec<u16> {
    lines.iter().filter_map(|line| Some(programs::listening_address(line.as_ref())?.port())).collect()
}
