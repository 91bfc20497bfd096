//! Every check fails for every starter, every solution passes all checks, and every cheat fails one.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use exercises::exercise::{Exercise, Kind};
use exercises::lessons;
use exercises::package;
use exercises::program::Source;
use exercises::report;

#[test]
#[allow(clippy::print_stdout, reason = "shows an author why each check fails")]
fn starters_fail_every_check_and_solutions_none_and_cheats_some() -> Result<()> {
    let only = env::var("EXERCISE").ok();
    let mut sources = Vec::new();
    for exercise in lessons::all().filter(|exercise| only.as_ref().is_none_or(|only| only == exercise.name)) {
        let starters = exercise.files("starter");
        let kinds = |stem| exercise.files(stem).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
        ensure!(!starters.is_empty(), "{} has no starter", exercise.name);
        ensure!(kinds("starter") == kinds("solution"), "{}: each starter needs a solution", exercise.name);
        sources.extend(starters.into_iter().map(|(kind, path)| Source { exercise, kind, path }));
        sources.extend(exercise.files("solution").into_iter().map(|(kind, path)| Source { exercise, kind, path }));
        let cheats = cheats(exercise)?;
        ensure!(!cheats.is_empty(), "{} has no cheat", exercise.name);
        sources.extend(cheats);
    }
    ensure!(!sources.is_empty(), "there is no exercise {only:?}");
    let warnings = package::build(&sources)?;
    ensure!(warnings.is_empty(), "{warnings}");

    let mut wrong = String::new();
    for report in report::check(&sources) {
        let path = report.source.path.strip_prefix(programs::root())?;
        let checks = report.source.exercise.checks.iter().zip(&report.failures);
        println!("{}", path.display());
        for ((promise, _), failure) in checks.clone() {
            println!("  {}: {promise}", failure.as_deref().unwrap_or("passes"));
        }
        let is = |stem: &str| path.file_stem().is_some_and(|name| name == stem);
        let passing = || checks.filter(|(_, failure)| failure.is_none()).map(|((promise, _), _)| *promise);
        match report.is_solved() {
            _ if is("starter") => {
                for promise in passing() {
                    wrong += &format!("{}: this check must fail for a starter: {promise}\n", path.display());
                }
            }
            false if is("solution") => wrong += &format!("{}: {:#?}\n", path.display(), report.failures),
            true if !is("solution") => wrong += &format!("{}: this cheat passes\n", path.display()),
            _ => {}
        }
    }
    ensure!(wrong.is_empty(), "{wrong}");
    Ok(())
}

fn cheats(exercise: &'static Exercise) -> Result<Vec<Source>> {
    let mut cheats = Vec::new();
    for entry in fs::read_dir(exercise.folder().join("cheats")).with_context(|| format!("{} cheats", exercise.name))? {
        let path = entry?.path();
        let text = fs::read_to_string(&path)?;
        ensure!(text.starts_with(['/', '#']), "{}: the first line must say what the cheat does", path.display());
        let is_of = |kind: &Kind| path.extension().is_some_and(|extension| extension == kind.extension());
        let kind = Kind::ALL
            .into_iter()
            .find(is_of)
            .with_context(|| format!("{} is not a Rust, Python or text file", path.display()))?;
        cheats.push(Source { exercise, kind, path });
    }
    Ok(cheats)
}

#[test]
fn every_folder_is_in_the_table_and_every_task_is_complete() -> Result<()> {
    let mut names = BTreeSet::new();
    for exercise in lessons::all() {
        ensure!(names.insert(exercise.name), "two exercises have the name {}", exercise.name);
        let task = exercise.task()?;
        ensure!(task.hints.len() >= 2, "{}: {} hints", exercise.name, task.hints.len());
        ensure!((1..=60).contains(&task.minutes), "{}: {} minutes", exercise.name, task.minutes);
        for fact in ["- Page: [lesson ", "- Teaches: "] {
            ensure!(task.text.contains(fact), "{}: there is no line {fact:?}", exercise.name);
        }
        links_exist(&exercise.folder(), &task.text)?;
    }
    for lesson in 1..=8 {
        let folder = exercises::exercise::folder().join(format!("lesson-{lesson}"));
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let known = lessons::all().any(|exercise| exercise.name == name && exercise.lesson == lesson);
            ensure!(known, "{}/{name} is not in the table of its lesson", folder.display());
        }
    }
    Ok(())
}

fn links_exist(folder: &Path, text: &str) -> Result<()> {
    for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        let file = link.split('#').next().unwrap_or(link);
        if !file.contains("://") && !folder.join(file).exists() {
            bail!("{}/task.md: the link {link} leads nowhere", folder.display());
        }
    }
    Ok(())
}
