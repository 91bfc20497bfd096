//! The tour shows the pages' text, and between it what the programs print.

use std::time::{Duration, Instant};

use anyhow::Result;
use programs::Process;
use unicode_width::UnicodeWidthStr;

use crate::{empty_folder, play, tour};

#[test]
fn all_lessons_within_a_minute_and_80_columns() -> Result<()> {
    // The end of the input ends the waiting for Enter.
    let mut command = tour(&["--step"])?;
    let begun = Instant::now();
    let ended = Process::start(&mut command, b"")?.wait()?;
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert!(ended.status.success(), "{:?}", ended.err());

    let rows = ended.out();
    let (pages, text) = (pages::lessons()?, rows.join(" "));
    for row in &rows {
        assert!(row.width() <= 80, "{row}");
    }
    let titles: Vec<_> = rows.windows(2).filter(|rows| rows[1].starts_with('═')).map(|rows| rows[0]).collect();
    assert_eq!(titles, pages.iter().map(|page| page.headings[0].as_str()).collect::<Vec<_>>());
    for page in &pages {
        let introductions = page.blocks[..1].iter().chain(page.blocks.iter().filter(|block| block.says("tour")));
        for paragraph in introductions.flat_map(|block| &block.introduction) {
            assert!(text.contains(paragraph), "{}: {paragraph}", page.path.display());
        }
        assert!(text.contains(&format!("The whole lesson is in {}.", page.path.display())));
    }
    for part in [
        "server  │ $ cargo run -p gate-server -- --listen 127.0.0.1:0",
        "client  │ $ OPEN_SESAME_KEY=guess cargo run -p gate-client -- --connect",
        "client  │ >>>hello",
        "server  │ ^Cecho-server served 2",
        "wire 1  │    0.00",
        "client → server  line ending, 2 bytes",
        "client  │ Authenticated!",
    ] {
        assert!(rows.iter().any(|row| row.contains(part)), "{part}");
    }
    let shown_twice = rows.windows(2).find(|rows| rows[0] == rows[1] && rows[0].contains("│ >>>"));
    assert_eq!(shown_twice, None);
    let last = rows[rows.len() - 4..].join(" ");
    assert!(last.contains("cargo run -p wiretap") && last.contains("cargo run --release -p compare"), "{last}");
    Ok(())
}

#[test]
fn one_lesson_alone_leaves_no_file() -> Result<()> {
    for page in pages::lessons()?.iter().skip(4) {
        let folder = empty_folder()?;
        let number = page.lesson().unwrap_or_default().to_string();
        let ended = Process::start(tour(&[&number])?.env("TMPDIR", folder.path()).current_dir(&folder), b"")?.wait()?;
        assert!(ended.status.success(), "{:?}", ended.err());
        let titles = ended.out().windows(2).filter(|rows| rows[1].starts_with('═')).count();
        assert_eq!((titles, ended.out().contains(&page.headings[0].as_str())), (1, true));
        assert_eq!(folder.path().read_dir()?.count(), 0, "lesson {number} leaves a file");
    }
    Ok(())
}

#[test]
fn an_unknown_lesson_is_an_error() -> Result<()> {
    for wrong in ["0", "77", "two"] {
        let ended = play(&[wrong])?;
        assert_eq!(ended.status.code(), Some(2), "{wrong}");
        assert!(ended.err()[0].contains("[LESSON]': the lessons are [1, 2, "), "{:?}", ended.err());
        assert_eq!(ended.out(), [""; 0]);
    }
    Ok(())
}
