//! The pages' commands run programs that exist, with options that the programs have.

use std::collections::{BTreeSet, HashMap};
use std::fs;

use anyhow::{Context, Result, ensure};
use pages::Page;
use programs::Language;
use regex_lite::Regex;

#[test]
fn a_command_without_output_runs_a_program_or_a_check() -> Result<()> {
    let checks = fs::read_to_string(programs::root().join(".ci/run"))?;
    for block in pages::all()?.iter().flat_map(|page| &page.blocks).filter(|block| block.language == "sh") {
        for command in block.text.lines() {
            let command = command.split(" #").next().unwrap_or(command).trim();
            let known = !pages::programs(command).is_empty()
                || command == ".ci/run"
                || checks.lines().any(|check| check == command || check == format!("{command} --locked"));
            ensure!(known, "{block}: {command:?} runs no program of examples/ and is not a line of .ci/run");
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
        if programs::root().join(folder).join("main.py").exists() {
            help.insert((name.clone(), Language::Python), options(&name, Language::Python)?);
        }
    }
    let all: BTreeSet<String> = help.values().flatten().cloned().collect();
    let mut count = 0;
    for page in pages::all()? {
        for text in texts(&page).flat_map(|text| text.split(" | ")) {
            let place = || format!("{}: {text:?}", page.path.display());
            let known = match pages::programs(text).pop() {
                Some(program) => help.get(&program).with_context(|| format!("{}: there is no {program:?}", place()))?,
                // An option without a command is an option of some program.
                None if text.starts_with("--") => &all,
                None => continue,
            };
            for option in option.captures_iter(text) {
                ensure!(known.contains(&option[1]), "{}: there is no option {}", place(), &option[1]);
                count += 1;
            }
        }
    }
    ensure!(count >= 10, "only {count} options: have the pages lost them?");
    Ok(())
}

#[test]
fn readme_has_every_program() -> Result<()> {
    let readme = Page::read("README.md")?;
    for folder in programs::folders()? {
        let name = folder.file_name().unwrap_or_default().display().to_string();
        let linked = readme.links.contains(&folder.display().to_string());
        ensure!(linked && readme.codes.contains(&name), "README has no link `{name}` to {}", folder.display());
    }
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

/// The options in the help of a program. A program without help has none.
fn options(name: &str, language: Language) -> Result<BTreeSet<String>> {
    if name.starts_with("naive-") {
        return Ok(BTreeSet::new());
    }
    let help = programs::command(name, language)?.arg("--help").output()?;
    let option = Regex::new(r"--[a-z][a-z-]*")?;
    Ok(option.find_iter(&String::from_utf8(help.stdout)?).map(|found| found.as_str().to_owned()).collect())
}
