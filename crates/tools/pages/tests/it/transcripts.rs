//! The programs show at their terminals what the pages show, and so do their twins.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use pages::{Event, Languages, Page, Player, Scene};

#[test]
fn programs_print_what_the_pages_show() -> Result<()> {
    let pages = pages::all()?;
    let play_twice = |page| Ok(play(page, Languages::AsWritten)? + play(page, Languages::Swapped)?);
    let count = thread::scope(|scope| {
        // Scenes mostly wait, so the pages are played at the same time.
        let threads: Vec<_> = pages.iter().map(|page| scope.spawn(move || play_twice(page))).collect();
        let counts = threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?);
        counts.sum::<Result<usize>>()
    })?;
    ensure!(count >= 60, "only {count} scenes: have the pages lost them?");
    Ok(())
}

/// Plays the scenes of a page one after the other, because some use a file that an earlier one wrote.
fn play(page: &Page, languages: Languages) -> Result<usize> {
    let mut player = Player::new(Duration::ZERO)?;
    let mut scenes = Scene::all(page)?;
    scenes.retain(|scene| languages == Languages::AsWritten || scene.has_twins());
    for scene in &scenes {
        let mut shown = String::new();
        let played = player.play(scene, languages, &mut |event| {
            if let Event::Row(terminal, text) = event {
                shown += &format!("{terminal:8} | {text}\n");
            }
            Ok(())
        });
        played.with_context(|| format!("{} scene={}, {languages:?}:\n{shown}", page.path.display(), scene.name))?;
    }
    Ok(scenes.len())
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
        let played = play(&Page::parse(Path::new("page.md"), &text), Languages::AsWritten);
        let error = played.err().map(|error| error.root_cause().to_string());
        assert_eq!(error.as_deref(), expected, "{shown:?}");
    }
    Ok(())
}
