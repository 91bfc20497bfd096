use std::io::{self, Stdout, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use anyhow::Result;
use pages::{Block, Page};
use unicode_width::UnicodeWidthChar;

/// The widest row, in columns.
const WIDTH: usize = 80;
/// The widest name of a terminal, in columns. A bar between two spaces follows it.
const NAME: usize = 7;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Prints to standard output, with colours if it is a terminal and `NO_COLOR` is not set.
pub(crate) struct Printer {
    out: AutoStream<Stdout>,
    heading: String,
}

impl Printer {
    pub(crate) fn new() -> Printer {
        Printer { out: AutoStream::auto(io::stdout()), heading: String::new() }
    }

    /// Prints the title of a lesson's page, its introduction and the picture that follows.
    pub(crate) fn lesson(&mut self, page: &Page) -> Result<()> {
        let Some(picture) = page.blocks.first() else { return Ok(()) };
        self.heading(&picture.heading, '═')?;
        self.introduction(picture)?;
        Ok(write!(self.out, "{}", picture.text)?)
    }

    /// Prints the heading above a block, if it is a new one, and the paragraphs before the block.
    pub(crate) fn introduction(&mut self, block: &Block) -> Result<()> {
        if self.heading != block.heading {
            self.heading(&block.heading, '─')?;
        }
        block.introduction.iter().try_for_each(|paragraph| self.prose(paragraph))?;
        Ok(writeln!(self.out)?)
    }

    fn heading(&mut self, text: &str, underline: char) -> Result<()> {
        text.clone_into(&mut self.heading);
        let line: String = text.chars().map(|_| underline).collect();
        Ok(writeln!(self.out, "\n{BOLD}{text}{BOLD:#}\n{DIM}{line}{DIM:#}")?)
    }

    /// Prints a paragraph.
    pub(crate) fn prose(&mut self, text: &str) -> Result<()> {
        writeln!(self.out)?;
        for line in wrap(text, WIDTH) {
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }

    /// Prints a row of a terminal, after the terminal's name.
    pub(crate) fn row(&mut self, terminal: &str, text: &str) -> Result<()> {
        let style = match terminal {
            "server" => AnsiColor::Cyan.on_default(),
            "client" => AnsiColor::Green.on_default(),
            "wiretap" => AnsiColor::Yellow.on_default(),
            _ => AnsiColor::Magenta.on_default(),
        };
        // The wiretap begins the rows of a connection with its number.
        let (name, text) = match text.split_once(" │ ") {
            Some((number, text)) if terminal == "wiretap" => (format!("wire {}", number.trim()), text),
            _ => (terminal.to_owned(), text),
        };
        let is_typed = ["$ ", ">>>", "^C"].iter().any(|prompt| text.starts_with(prompt));
        let bold = if is_typed { BOLD } else { Style::new() };
        for line in wrap(text, WIDTH - NAME - 3) {
            writeln!(self.out, "{style}{name:NAME$} │{style:#} {bold}{line}{bold:#}")?;
        }
        Ok(())
    }
}

/// Breaks the text into lines of at most `width` columns, at spaces where there are any.
fn wrap(mut text: &str, width: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    loop {
        let mut columns = 0;
        let beyond = text.char_indices().find(|(_, char)| {
            columns += char.width().unwrap_or(0);
            columns > width
        });
        let Some((limit, next)) = beyond else { break };
        let space = text[..limit].rfind(' ').filter(|space| *space > 0 && next != ' ');
        let (line, rest) = text.split_at(space.unwrap_or(limit));
        lines.push(line.trim_end());
        text = rest.trim_start();
    }
    lines.push(text);
    lines
}
