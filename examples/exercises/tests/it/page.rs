//! docs/exercises.md lists all exercises, and shows what a check prints.

use std::fs;

use anyhow::{Context, Result, ensure};
use exercises::exercise::Kind;
use exercises::lessons;

use crate::learner::Learner;

fn page() -> Result<String> {
    Ok(fs::read_to_string(programs::root().join("docs/exercises.md"))?)
}

#[test]
fn it_lists_every_exercise_with_its_time() -> Result<()> {
    let page = page()?;
    let (_, list) = page.split_once("\n## The list\n").context("there is no list")?;
    let (list, _) = list.split_once("\n## ").context("nothing follows the list")?;
    let mut expected = String::new();
    for lesson in 1..=lessons::all().map(|exercise| exercise.lesson).max().unwrap_or(0) {
        let exercises: Vec<_> = lessons::all().filter(|exercise| exercise.lesson == lesson).collect();
        if exercises.is_empty() {
            continue;
        }
        expected +=
            &format!("\n### Lesson {lesson}\n\n| exercise | minutes | in | teaches |\n| --- | --- | --- | --- |\n");
        for exercise in exercises {
            let task = exercise.task()?;
            let teaches = task.text.lines().find_map(|line| line.strip_prefix("- Teaches: "));
            let teaches = teaches.context(exercise.name)?.replace('|', "\\|");
            let kinds: Vec<_> = exercise.files("starter").into_iter().map(|(kind, _)| in_words(kind)).collect();
            expected += &format!(
                "| [{name}](../examples/exercises/lesson-{lesson}/{name}/task.md) | {} | {} | {teaches} |\n",
                task.minutes,
                kinds.join(", "),
                name = exercise.name,
            );
        }
    }
    ensure!(list.trim() == expected.trim(), "the list in docs/exercises.md must be:\n{expected}");
    Ok(())
}

#[test]
fn the_page_of_a_lesson_names_its_exercises() -> Result<()> {
    for exercise in lessons::all() {
        let task = exercise.task()?;
        let (_, link) = task.text.split_once("- Page: [").context(exercise.name)?;
        let (_, link) = link.split_once("](").context(exercise.name)?;
        let file = link.split(['#', ')']).next().context(exercise.name)?;
        let page = fs::read_to_string(exercise.folder().join(file)).context(exercise.name)?;
        let (_, section) = page.split_once("\n## Exercises\n").with_context(|| format!("{file}: no exercises"))?;
        let named = section.contains(&format!("`{}`", exercise.name)) && section.contains("(exercises.md)");
        ensure!(named, "{file}: the section \"Exercises\" must name `{}` and link to exercises.md", exercise.name);
    }
    Ok(())
}

fn in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Rust => "Rust",
        Kind::Python => "Python",
        Kind::Text => "a prediction",
    }
}

#[test]
fn it_shows_what_a_check_prints() -> Result<()> {
    let page = page()?;
    let (_, sample) = page.split_once("```text picture\n").context("there is no sample")?;
    let (sample, _) = sample.split_once("```").context("the sample has no end")?;
    let learner = Learner::new("page")?;
    learner.copies("lesson-1/read-exactly/cheats/ignores_the_end.rs", "read-exactly.rs")?;
    let ended = learner.types(&["check", "read-exactly"])?;
    // The bytes of the response differ each time.
    let without_bytes = |line: &str| line.split("got  ").next().unwrap_or(line).to_owned();
    let shown: Vec<_> = sample.lines().map(without_bytes).collect();
    let printed: Vec<_> = ended.out().into_iter().skip(1).map(without_bytes).collect();
    ensure!(shown == printed, "the page shows {shown:#?}, but the check prints {printed:#?}");
    Ok(())
}
