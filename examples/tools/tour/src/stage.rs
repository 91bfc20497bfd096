//! What is shown, and how: headings, prose, and rows that begin with whose they are. 80 columns are enough.

use std::borrow::Cow;
use std::io::{self, Stdout, Write};
use std::iter::repeat;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use wire::Direction;
use wire::Field;
use wire::Span;
use wire::hexdump::HexDump;

use crate::happening::Player;
use crate::lessons::Lesson;

/// The widest row, in columns.
const WIDTH: usize = 80;
/// What stands before the text of a row: `server │ `.
const MARGIN: usize = 9;

/// What a reader may take up when the lessons are over.
const TOOLS: [(&str, &str); 3] = [
    ("cargo run -p wiretap", "the bytes of your own conversations"),
    ("cargo run --release -p compare", "Rust and Python: the same bytes?"),
    ("cargo run --release -p compare -- --speed", "how fast? takes minutes"),
];

/// What stands before a command to run next: `  run   `.
const NEXT: usize = 8;
/// What most commands to run next take, in columns.
const COMMAND: usize = 30;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Standard output; in colour if it is a terminal and NO_COLOR is not set.
pub(crate) struct Stage(AutoStream<Stdout>);

/// Whose a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voice {
    Server,
    Client,
    Minter,
    /// A client that connects and says nothing.
    Silent,
    /// A connection, by its number.
    Wire(u64),
    Tour,
}

impl From<Player> for Voice {
    fn from(player: Player) -> Voice {
        match player {
            Player::Server => Voice::Server,
            Player::Client => Voice::Client,
            Player::Minter => Voice::Minter,
        }
    }
}

impl Voice {
    fn word(self) -> Cow<'static, str> {
        match self {
            Voice::Server => "server".into(),
            Voice::Client => "client".into(),
            Voice::Minter => "token".into(),
            Voice::Silent => "silent".into(),
            Voice::Wire(number) => format!("wire {number}").into(),
            Voice::Tour => "tour".into(),
        }
    }

    fn style(self) -> Style {
        match self {
            Voice::Server => AnsiColor::Cyan.on_default(),
            Voice::Client => AnsiColor::Green.on_default(),
            Voice::Minter => AnsiColor::Blue.on_default(),
            Voice::Silent => AnsiColor::Magenta.on_default(),
            Voice::Wire(_) => AnsiColor::Yellow.on_default(),
            Voice::Tour => BOLD,
        }
    }
}

impl Stage {
    pub(crate) fn new() -> Stage {
        Stage(AutoStream::auto(io::stdout()))
    }

    /// How to read the rest.
    pub(crate) fn opening(&mut self) -> io::Result<()> {
        self.prose(
            "Each row begins with whose it is. The server and the client are real programs, which you would run in \
             two terminals; between them the wire, one for each connection. Behind $ and >>> stands what you would \
             type, behind ✓ what the tour has checked. The client is connected to a tap, which passes all bytes on \
             to the server unchanged and shows them here.",
        )
    }

    pub(crate) fn lesson(&mut self, number: u8, title: &str, idea: &str) -> io::Result<()> {
        self.heading(&format!("Lesson {number}. {title}"), '═')?;
        self.prose(idea)
    }

    pub(crate) fn part(&mut self, title: &str, what_to_see: &str) -> io::Result<()> {
        self.heading(title, '─')?;
        self.prose(what_to_see)?;
        writeln!(self.0)
    }

    fn heading(&mut self, text: &str, underline: char) -> io::Result<()> {
        let line: String = text.chars().map(|_| underline).collect();
        writeln!(self.0, "\n{BOLD}{text}{BOLD:#}\n{DIM}{line}{DIM:#}")
    }

    fn prose(&mut self, text: &str) -> io::Result<()> {
        wrap(text, WIDTH).iter().try_for_each(|line| writeln!(self.0, "{line}"))
    }

    /// What a program prints, or what the tour has to say.
    pub(crate) fn row(&mut self, voice: Voice, text: &str) -> io::Result<()> {
        self.rows(voice, &wrap(text, WIDTH - MARGIN), Style::new())
    }

    /// What the user types, behind a prompt.
    pub(crate) fn typed(&mut self, voice: Voice, prompt: &str, text: &str) -> io::Result<()> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut lines = if lines.is_empty() { vec![String::new()] } else { lines };
        lines[0].insert_str(0, prompt);
        self.rows(voice, &lines, BOLD)
    }

    /// A command that the user types, in as many lines as it needs.
    pub(crate) fn command(&mut self, voice: Voice, command: &str) -> io::Result<()> {
        let prompt = "$ ";
        self.typed(voice, prompt, &continued(command, WIDTH - MARGIN - prompt.len()))
    }

    /// What the tour has looked at, and found to be so.
    pub(crate) fn checked(&mut self, text: &str) -> io::Result<()> {
        self.row(Voice::Tour, &format!("✓ {text}"))
    }

    /// What passes on the wire: a row for each part's name, and its bytes under it.
    pub(crate) fn passes(&mut self, wire: u64, direction: Direction, parts: &[Span<'_>]) -> io::Result<()> {
        let mut way = direction.to_string();
        for part in parts {
            let name = [format!("{way:15}  {}", part.describe())];
            self.rows(Voice::Wire(wire), &name, Style::new())?;
            self.hex(Voice::Wire(wire), part)?;
            way.clear();
        }
        Ok(())
    }

    /// Bytes that mean nothing as text.
    pub(crate) fn bytes(&mut self, voice: Voice, bytes: &[u8]) -> io::Result<()> {
        self.hex(voice, &Span { field: Field::Nonce, is_continuation: false, bytes, unmasked: None })
    }

    fn hex(&mut self, voice: Voice, span: &Span<'_>) -> io::Result<()> {
        let rows = HexDump::default().rows(span);
        let rows: Vec<_> = rows.iter().map(|row| format!("  {row}")).collect();
        self.rows(voice, &rows, Style::new())
    }

    /// What a reader of the lesson may do now.
    pub(crate) fn what_next(&mut self, lesson: &Lesson) -> io::Result<()> {
        writeln!(self.0, "\n{BOLD}Next{BOLD:#}")?;
        writeln!(self.0, "  read  docs/{}", lesson.page)?;
        for program in lesson.programs {
            writeln!(
                self.0,
                "        {}/src/main.rs and main.py",
                programs::folder(program).unwrap_or_default().display()
            )?;
        }
        let labels = ["run", ""].into_iter().chain(repeat("try"));
        for (label, (command, what)) in labels.zip(lesson.commands) {
            let command = continued(command, WIDTH - NEXT).replace('\n', &format!("\n{:NEXT$}", ""));
            let is_short = NEXT + command.len() + "  ".len() + what.len() <= WIDTH;
            let gap = if is_short { String::new() } else { format!("\n{:1$}", "", NEXT + COMMAND) };
            writeln!(self.0, "  {label:3}   {command:COMMAND$}{gap}  {what}")?;
        }
        Ok(())
    }

    pub(crate) fn closing(&mut self) -> io::Result<()> {
        writeln!(self.0)?;
        self.prose("All went as told. README.md has the table of programs; docs/README.md is the contents.")?;
        writeln!(self.0)?;
        self.prose("Two tools go on from here:")?;
        for (command, what) in TOOLS {
            writeln!(self.0, "  {command:41}  {what}")?;
        }
        Ok(())
    }

    fn rows(&mut self, voice: Voice, lines: &[String], text: Style) -> io::Result<()> {
        let (word, style) = (voice.word(), voice.style());
        lines.iter().try_for_each(|line| writeln!(self.0, "{style}{word:6} │{style:#} {text}{line}{text:#}"))
    }
}

/// The command as a shell takes it in lines of at most `width` characters: broken before options, so that the value of each
/// stands beside it.
fn continued(command: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut columns = 0;
    for (number, piece) in command.split(" --").enumerate() {
        let piece = if number == 0 { piece.to_owned() } else { format!(" --{piece}") };
        if columns + piece.len() + " \\".len() > width && number > 0 {
            lines.push_str(" \\\n   ");
            columns = "   ".len();
        }
        lines.push_str(&piece);
        columns += piece.len();
    }
    lines
}

/// The text in lines of at most `width` characters, broken at spaces where there are any.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some((end, _)) = rest.char_indices().nth(width) {
        let end = match rest[..end].rfind(' ') {
            _ if rest[end..].starts_with(' ') => end,
            Some(space) if space > 0 => space,
            _ => end,
        };
        let (line, others) = rest.split_at(end);
        lines.push(line.trim_end().to_owned());
        rest = others.trim_start();
    }
    lines.push(rest.to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_never_pass_the_width() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn a_long_command_goes_on_in_lines_of_their_own() {
        let command = "run -p x -- --listen a --to b";
        assert_eq!(continued(command, 80), command);
        assert_eq!(continued(command, 24), "run -p x -- --listen a \\\n    --to b");
        assert_eq!(continued(command, 23), "run -p x -- \\\n    --listen a --to b");
        assert_eq!(continued(command, 20), "run -p x -- \\\n    --listen a \\\n    --to b");
    }
}
