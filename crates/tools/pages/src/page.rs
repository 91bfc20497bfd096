use std::fmt;
use std::fs;
use std::mem;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The parts of a Markdown file that can be compared with the project.
#[derive(Debug, Default)]
pub struct Page {
    /// Its file, relative to the workspace's folder.
    pub path: PathBuf,
    /// Its headings as text, the title first.
    pub headings: Vec<String>,
    /// Its code blocks.
    pub blocks: Vec<Block>,
    /// The targets of its links, as written.
    pub links: Vec<String>,
    /// The words in backquotes in its text.
    pub codes: Vec<String>,
}

/// A code block.
#[derive(Debug)]
pub struct Block {
    /// The file of its page, relative to the workspace's folder.
    pub path: PathBuf,
    /// The number of its first line, the one with its info string.
    pub line: usize,
    /// The heading above it.
    pub heading: String,
    /// The paragraphs between it and the heading or block above it, as plain text.
    pub introduction: Vec<String>,
    /// The first word of its info string: `rust`, `console`. Empty for a block that is only indented.
    pub language: String,
    /// The words after it: `from=examples/lesson-2-echo/echo-server/main.py`, `picture`.
    pub words: Vec<String>,
    /// Its content.
    pub text: String,
}

/// Reads all pages: README.md and every Markdown file of docs/.
///
/// # Errors
/// Returns an error if a file cannot be read, or if docs/ has no page.
pub fn all() -> Result<Vec<Page>> {
    let mut paths = vec![PathBuf::from("README.md")];
    for entry in fs::read_dir(programs::root().join("docs")).context("cannot read docs/")? {
        let path = PathBuf::from("docs").join(entry?.file_name());
        if path.extension().is_some_and(|extension| extension == "md") {
            paths.push(path);
        }
    }
    ensure!(paths.len() > 1, "there is no page in docs/");
    paths.sort();
    paths.into_iter().map(Page::read).collect()
}

/// Reads the lessons' pages, docs/lesson-NUMBER-NAME.md, and returns them in the order of their numbers.
///
/// # Errors
/// Returns an error as [`all`] does.
pub fn lessons() -> Result<Vec<Page>> {
    let mut pages = all()?;
    pages.retain(|page| page.lesson().is_some());
    pages.sort_by_key(Page::lesson);
    Ok(pages)
}

impl Page {
    /// Reads the page in this file, relative to the workspace's folder.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read.
    pub fn read(path: impl AsRef<Path>) -> Result<Page> {
        let path = path.as_ref();
        let text = fs::read_to_string(programs::root().join(path))
            .with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Page::parse(path, &text))
    }

    /// Parses the text of a page.
    pub fn parse(path: &Path, text: &str) -> Page {
        let mut page = Page { path: path.to_owned(), ..Page::default() };
        let mut paragraphs = Vec::new();
        let mut block = None::<Block>;
        // The text of the heading or paragraph that is being read.
        let mut prose = String::new();
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = if let CodeBlockKind::Fenced(info) = kind { info } else { "".into() };
                    let mut words = info.split_whitespace().map(str::to_owned);
                    block = Some(Block {
                        path: page.path.clone(),
                        line: text[..range.start].matches('\n').count() + 1,
                        heading: page.headings.last().cloned().unwrap_or_default(),
                        introduction: mem::take(&mut paragraphs),
                        language: words.next().unwrap_or_default(),
                        words: words.collect(),
                        text: String::new(),
                    });
                }
                Event::End(TagEnd::CodeBlock) => page.blocks.extend(block.take()),
                Event::Start(Tag::Heading { .. } | Tag::Paragraph) => prose.clear(),
                Event::End(TagEnd::Heading(_)) => {
                    page.headings.push(mem::take(&mut prose));
                    paragraphs.clear();
                }
                Event::End(TagEnd::Paragraph) => paragraphs.push(mem::take(&mut prose)),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(dest_url.into_string());
                }
                Event::Code(code) => {
                    prose.push_str(&code);
                    page.codes.push(code.into_string());
                }
                Event::Text(text) => block.as_mut().map_or(&mut prose, |block| &mut block.text).push_str(&text),
                Event::SoftBreak => prose.push(' '),
                _ => {}
            }
        }
        page
    }

    /// The number of the lesson, if the page is a lesson's.
    pub fn lesson(&self) -> Option<u8> {
        self.path.file_name()?.to_str()?.strip_prefix("lesson-")?.split('-').next()?.parse().ok()
    }
}

impl Block {
    /// The value of the word `name=VALUE`.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    }

    /// Whether this word is in the info string.
    pub fn says(&self, word: &str) -> bool {
        self.words.iter().any(|other| other == word)
    }
}

/// Writes where the block begins: `docs/lesson-1-gate.md:27`.
impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.line)
    }
}
