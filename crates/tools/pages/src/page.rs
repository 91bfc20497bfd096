use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A page: what of it can be held to the project.
#[derive(Debug, Default)]
pub struct Page {
    /// Its file, from the workspace's folder.
    pub path: PathBuf,
    /// Its headings, as text.
    pub headings: Vec<String>,
    /// Its fenced code blocks, and those that are indented, which declare nothing.
    pub blocks: Vec<Block>,
    /// Where its links lead, as they are written.
    pub links: Vec<String>,
    /// What stands in backquotes within its text.
    pub codes: Vec<String>,
    /// The rows of its tables, headings aside.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug, Default)]
pub struct Row {
    /// What stands in backquotes in it.
    pub codes: Vec<String>,
    /// Where its links lead.
    pub links: Vec<String>,
}

/// A code block.
#[derive(Debug)]
pub struct Block {
    /// Where it begins, as `FILE:LINE`.
    pub place: String,
    /// The first word of its info string: `rust`, `console`.
    pub language: String,
    /// The words after it: `from=examples/lesson-2-echo/echo-server/main.py`, `picture`.
    pub words: Vec<String>,
    /// What stands in it.
    pub text: String,
}

/// All pages: README.md and each Markdown file of docs/.
///
/// # Errors
/// A file that cannot be read, or no page in docs/.
pub fn all() -> Result<Vec<Page>> {
    let mut paths = vec![PathBuf::from("README.md")];
    for entry in fs::read_dir(programs::root().join("docs")).context("docs/")? {
        let name = PathBuf::from("docs").join(entry?.file_name());
        if name.extension().is_some_and(|extension| extension == "md") {
            paths.push(name);
        }
    }
    ensure!(paths.len() > 1, "no page in docs/");
    paths.sort();
    paths.into_iter().map(Page::read).collect()
}

impl Page {
    /// The page in this file, its path given from the workspace's folder.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(path: impl AsRef<Path>) -> Result<Page> {
        let path = path.as_ref();
        let text = fs::read_to_string(programs::root().join(path)).with_context(|| path.display().to_string())?;
        Ok(Page::parse(path, &text))
    }

    /// The page in `text`.
    pub fn parse(path: &Path, text: &str) -> Page {
        let mut page = Page { path: path.to_owned(), ..Page::default() };
        let mut row: Option<Row> = None;
        let mut heading: Option<String> = None;
        let mut block: Option<Block> = None;
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let line = text[..range.start].matches('\n').count() + 1;
                    block = Some(Block::new(format!("{}:{line}", path.display()), &kind));
                }
                Event::End(TagEnd::CodeBlock) => page.blocks.extend(block.take()),
                Event::Start(Tag::TableRow) => row = Some(Row::default()),
                Event::End(TagEnd::TableRow) => page.rows.extend(row.take()),
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => page.headings.extend(heading.take()),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    if let Some(row) = &mut row {
                        row.links.push(dest_url.to_string());
                    }
                    page.links.push(dest_url.into_string());
                }
                Event::Code(code) => {
                    if let Some(row) = &mut row {
                        row.codes.push(code.to_string());
                    }
                    if let Some(heading) = &mut heading {
                        heading.push_str(&code);
                    }
                    page.codes.push(code.into_string());
                }
                Event::Text(text) => {
                    if let Some(block) = &mut block {
                        block.text.push_str(&text);
                    } else if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        page
    }
}

impl Block {
    fn new(place: String, kind: &CodeBlockKind<'_>) -> Block {
        let info = match kind {
            CodeBlockKind::Fenced(info) => info,
            CodeBlockKind::Indented => "",
        };
        let mut words = info.split_whitespace().map(str::to_owned);
        Block { place, language: words.next().unwrap_or_default(), words: words.collect(), text: String::new() }
    }

    /// The value of the word `name=VALUE`.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    }

    /// Whether this word stands in the info string.
    pub fn says(&self, word: &str) -> bool {
        self.words.iter().any(|other| other == word)
    }
}

/// Its place, to begin the message of a failed test with.
impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}
