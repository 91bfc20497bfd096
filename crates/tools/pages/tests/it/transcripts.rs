//! The programs show at their terminals what the pages show, and so do their twins.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use pages::{Event, Languages, Page, Player, Scene};

/// Pages that are played at the same time. Scenes mostly wait, so that more of them than processors are useful.
const THREADS: usize = 6;

#[test]
fn programs_print_what_the_pages_show() -> Result<()> {
    let pages = pages::all()?;
    let jobs = pages.iter().flat_map(|page| [(page, Languages::AsWritten), (page, Languages::Swapped)]);
    let (jobs, count) = (Mutex::new(jobs), AtomicUsize::new(0));
    let next = || jobs.lock().ok()?.next();
    let work = || -> Result<()> {
        while let Some((page, languages)) = next() {
            count.fetch_add(play(page, languages)?, Ordering::Relaxed);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?)
    })?;
    let count = count.into_inner();
    ensure!(count >= 60, "only {count} scenes: have the pages lost them?");
    Ok(())
}

/// Plays the scenes of a page one after the other, because some use a file that an earlier one wrote.
fn play(page: &Page, languages: Languages) -> Result<usize> {
    let mut player = Player::new(Duration::ZERO)?;
    let mut count = 0;
    for scene in Scene::all(page)? {
        if languages == Languages::AsWritten || scene.has_twins() {
            let mut shown = String::new();
            let played = player.play(&scene, languages, &mut |event| {
                if let Event::Row { terminal, text } = event {
                    shown += &format!("{terminal:8} | {text}\n");
                }
                Ok(())
            });
            played.with_context(|| format!("{} scene={}, {languages:?}:\n{shown}", page.path.display(), scene.name))?;
            count += 1;
        }
    }
    Ok(count)
}

/// Plays a page with one scene.
fn play_text(blocks: &str) -> Result<usize> {
    play(&Page::parse(Path::new("page.md"), blocks), Languages::AsWritten)
}

#[test]
fn a_difference_is_an_error_with_its_line() -> Result<()> {
    for (typed, shown, expected) in [
        ("", "one\ntwo", None),
        ("", "one", Some("page.md:6: expected nothing more, but terminal any shows `two`")),
        ("", "one\nthree", Some("page.md:6: expected `three`, but terminal any shows `two`")),
        ("", "one\ntwo\nthree", Some("page.md:7: expected `three`, but terminal any shows nothing more")),
        ("; read _", "one\nthree\n>>>", Some("page.md:6: expected `three`, but terminal any shows `two`")),
    ] {
        let text = format!("# Title\n\n```console scene=a terminal=any\n$ echo one; echo two{typed}\n{shown}\n```\n");
        let error = play_text(&text).err().map(|error| error.root_cause().to_string());
        assert_eq!(error.as_deref(), expected, "{shown:?}");
    }
    Ok(())
}
