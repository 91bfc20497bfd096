//! A command stands as the project has it: programs that exist, with options that they have.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};
use pages::Page;
use programs::Language;
use regex_lite::Regex;

#[test]
fn a_command_by_itself_runs_a_program_or_the_checks() -> Result<()> {
    let checks = fs::read_to_string(programs::root().join(".ci/run"))?;
    for page in pages::all()? {
        for block in page.blocks.iter().filter(|block| block.language == "sh") {
            for command in block.text.lines() {
                let command = command.split(" #").next().unwrap_or(command).trim();
                let known = Program::in_command(command)?.is_some()
                    || command == ".ci/run"
                    || checks.lines().any(|check| check == command || check == format!("{command} --locked"));
                ensure!(known, "{block}: {command:?} runs no program of examples/, and is no line of .ci/run");
            }
        }
    }
    Ok(())
}

#[test]
fn a_program_has_every_option_that_a_page_gives_it() -> Result<()> {
    let option = Regex::new(r"(?:^|\s)(--[a-z][a-z-]*)")?;
    let mut count = 0;
    for page in pages::all()? {
        let place = page.path.display();
        for text in texts(&page).flat_map(|text| text.split(" | ")) {
            let options = option.captures_iter(text).filter_map(|found| found.get(1)).map(|found| found.as_str());
            if let Some(program) = Program::in_command(text).with_context(|| format!("{place}: {text}"))? {
                let has = program.options()?;
                for option in options {
                    ensure!(has.contains(option), "{place}: {text:?}: {} has no {option}", program.name);
                    count += 1;
                }
            } else if text.starts_with("--") {
                // An option by itself is one of some program that the page is about.
                let named = named(&page)?;
                for option in options {
                    let mut has = false;
                    for program in &named {
                        has |= program.options()?.contains(option);
                    }
                    ensure!(has, "{place}: no program that this page is about has {option}");
                    count += 1;
                }
            }
        }
    }
    ensure!(count >= 10, "only {count} options: have the pages lost them?");
    Ok(())
}

/// What may give a program an option: commands in blocks, and what stands in backquotes.
fn texts(page: &Page) -> impl Iterator<Item = &str> {
    let blocks = page.blocks.iter().filter(|block| block.language == "sh" || block.language == "console");
    let commands = blocks.flat_map(|block| {
        block.text.lines().filter_map(
            move |line| {
                if block.language == "sh" { Some(line) } else { line.strip_prefix("$ ") }
            },
        )
    });
    commands.chain(page.codes.iter().map(String::as_str))
}

/// The programs that are run, listed or linked on the page; all there are, where it is about none.
fn named(page: &Page) -> Result<Vec<Program>> {
    let (mut found, mut all) = (Vec::new(), Vec::new());
    for folder in programs::folders()? {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        all.push(Program { name: name.clone(), language: Language::Rust });
        let folder = format!("/{name}/");
        let command = format!("cargo run -p {name}");
        let listed = page.blocks.iter().any(|block| block.words.iter().any(|word| word.contains(&folder)));
        let linked = page.links.iter().any(|link| link.contains(&folder));
        if listed || linked || texts(page).any(|text| text.starts_with(&command)) {
            found.push(Program { name, language: Language::Rust });
        }
    }
    Ok(if found.is_empty() { all } else { found })
}

struct Program {
    name: String,
    language: Language,
}

impl Program {
    /// The program that a command runs, if it runs one; one that does not exist is an error.
    fn in_command(command: &str) -> Result<Option<Program>> {
        let found = [
            (Regex::new(r"\bcargo run -p ([a-z-]+)")?, Language::Rust, "Cargo.toml"),
            (Regex::new(r"\bpython3 examples/[\w-]+/([\w-]+)/main\.py")?, Language::Python, "main.py"),
        ];
        for (form, language, file) in found {
            if let Some(name) = form.captures(command).and_then(|found| found.get(1)) {
                let name = name.as_str().to_owned();
                let file = programs::folder(&name)?.join(file);
                ensure!(programs::root().join(&file).exists(), "there is no {}", file.display());
                return Ok(Some(Program { name, language }));
            }
        }
        Ok(None)
    }

    fn options(&self) -> Result<BTreeSet<String>> {
        let help = programs::command(&self.name, self.language)?.arg("--help").output()?;
        ensure!(help.status.success(), "{} --help: {}", self.name, help.status);
        let option = Regex::new(r"--[a-z][a-z-]*")?;
        Ok(option.find_iter(&String::from_utf8(help.stdout)?).map(|found| found.as_str().to_owned()).collect())
    }
}
