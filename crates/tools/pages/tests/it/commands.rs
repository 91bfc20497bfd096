//! The pages' commands run programs that exist, with options that the programs have.

use std::collections::BTreeSet;
use std::collections::hash_map::{Entry, HashMap};
use std::fs;

use anyhow::{Context, Result, ensure};
use pages::Page;
use programs::Language;
use regex_lite::Regex;

#[test]
fn a_command_without_output_runs_a_program_or_a_check() -> Result<()> {
    let checks = fs::read_to_string(programs::root().join(".ci/run"))?;
    for page in pages::all()? {
        for block in page.blocks.iter().filter(|block| block.language == "sh") {
            for command in block.text.lines() {
                let command = command.split(" #").next().unwrap_or(command).trim();
                let known = !pages::programs(command).is_empty()
                    || command == ".ci/run"
                    || checks.lines().any(|check| check == command || check == format!("{command} --locked"));
                ensure!(known, "{block}: {command:?} runs no program of examples/ and is not a line of .ci/run");
            }
        }
    }
    Ok(())
}

#[test]
fn a_program_has_every_option_that_a_page_gives_it() -> Result<()> {
    let option = Regex::new(r"(?:^|\s)(--[a-z][a-z-]*)")?;
    let mut help = HashMap::new();
    for folder in programs::folders()? {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        help.insert((name.clone(), Language::Rust), options(&name, Language::Rust)?);
    }
    let all: BTreeSet<String> = help.values().flatten().cloned().collect();
    let mut count = 0;
    for page in pages::all()? {
        for text in texts(&page).flat_map(|text| text.split(" | ")) {
            let known = match pages::programs(text).pop() {
                Some((name, language)) => {
                    let options =
                        || options(&name, language).with_context(|| format!("{}: {text}", page.path.display()));
                    match help.entry((name.clone(), language)) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(unknown) => unknown.insert(options()?),
                    }
                }
                // An option without a command is an option of some program.
                None if text.starts_with("--") => &all,
                None => continue,
            };
            for option in option.captures_iter(text) {
                ensure!(known.contains(&option[1]), "{}: {text:?}: there is no {}", page.path.display(), &option[1]);
                count += 1;
            }
        }
    }
    ensure!(count >= 10, "only {count} options: have the pages lost them?");
    Ok(())
}

/// The commands of a page, and what it has in backquotes.
fn texts(page: &Page) -> impl Iterator<Item = &str> {
    let commands = page.blocks.iter().flat_map(|block| {
        let prompt = if block.language == "console" { "$ " } else { "" };
        let lines = if block.language == "console" || block.language == "sh" { &*block.text } else { "" };
        lines.lines().filter_map(move |line| line.strip_prefix(prompt))
    });
    commands.chain(page.codes.iter().map(String::as_str))
}

/// The options in the help of a program.
fn options(name: &str, language: Language) -> Result<BTreeSet<String>> {
    let help = programs::command(name, language)?.arg("--help").output()?;
    ensure!(help.status.success(), "{name} --help: {}", help.status);
    let option = Regex::new(r"--[a-z][a-z-]*")?;
    Ok(option.find_iter(&String::from_utf8(help.stdout)?).map(|found| found.as_str().to_owned()).collect())
}
