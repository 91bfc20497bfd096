use anyhow::{Context, Result};
use programs::Language;
use regex_lite::{Captures, Regex};

use crate::Languages;

/// Runs a program of `examples/`, up to its options.
const PROGRAM: &str =
    r"cargo run -p (?<rust>[a-z-]+)(?: --\B)?|python3 examples/[a-z0-9-]+/(?<python>[a-z-]+)/main\.py";

/// Returns the programs of `examples/` that a command runs, by their names.
pub fn programs(command: &str) -> Vec<(String, Language)> {
    let Ok(program) = Regex::new(PROGRAM) else { return Vec::new() };
    program.captures_iter(command).map(|found| (name(&found).to_owned(), language(&found))).collect()
}

/// Replaces the ports of the page in a command by those here. A server that listens on `count` ports gets free ones; a
/// client gets the ports that its servers got, and `$(pgrep NAME)` becomes the last server's process id. Naive programs
/// take an address without an option.
pub(crate) fn with_ports(command: &str, ports: &[(u16, u16)], count: usize, server: Option<u32>) -> Result<String> {
    let program = Regex::new(&format!("(?<command>{PROGRAM})(?<options>(?: [^ |]+)*)"))?;
    let listen = Regex::new(r" --listen(-token)? \S+")?;
    let line = program.replace_all(command, |found: &Captures<'_>| {
        let (command, options) = (&found["command"], &found["options"]);
        let address = match name(found) {
            name if name.starts_with("naive-") => match count {
                0 if options.is_empty() => " 127.0.0.1:9527",
                0 => return found[0].to_owned(),
                1 => " 127.0.0.1:0",
                _ => " 127.0.0.1:0 127.0.0.1:0",
            },
            _ if count > 1 => " --listen 127.0.0.1:0 --listen-token 127.0.0.1:0",
            _ if count > 0 => " --listen 127.0.0.1:0",
            name if !name.ends_with("-client") || options.contains("--connect ") => return found[0].to_owned(),
            "ws-client" => " --connect ws://127.0.0.1:8765",
            _ => " --connect 127.0.0.1:9527",
        };
        let dashes = if command.starts_with("cargo") && !command.ends_with("--") { " --" } else { "" };
        format!("{command}{dashes}{address}{}", listen.replace_all(options, ""))
    });
    let number = Regex::new(r"\b\d{4,5}\b")?;
    let line = number.replace_all(&line, |found: &Captures<'_>| {
        let port = ports.iter().find(|(on_page, _)| found[0] == on_page.to_string());
        port.map_or(found[0].to_owned(), |(_, here)| here.to_string())
    });
    let server = server.map_or("no server".to_owned(), |id| id.to_string());
    Ok(Regex::new(r"\$\(pgrep [a-z-]+\)")?.replace_all(&line, &*server).into_owned())
}

/// Replaces the programs in a command by their executables, or by those of their twins.
pub(crate) fn with_executables(line: &str, languages: Languages) -> Result<String> {
    let (mut result, mut end) = (String::new(), 0);
    for found in Regex::new(PROGRAM)?.captures_iter(line) {
        let all = found.get(0).context("the match is missing")?;
        let language = match (language(&found), languages) {
            (language, Languages::AsWritten) => language,
            (Language::Rust, Languages::Swapped) if has_twin(name(&found)) => Language::Python,
            (Language::Python, Languages::Swapped) if has_twin(name(&found)) => Language::Rust,
            (language, Languages::Swapped) => language,
        };
        let program = programs::command(name(&found), language)?;
        result += &line[end..all.start()];
        let words = std::iter::once(program.get_program()).chain(program.get_args());
        result += &words.map(|word| format!("'{}'", word.display())).collect::<Vec<_>>().join(" ");
        end = all.end();
    }
    Ok(result + &line[end..])
}

fn name<'a>(found: &'a Captures<'_>) -> &'a str {
    found.name("rust").or(found.name("python")).map_or("", |name| name.as_str())
}

fn language(found: &Captures<'_>) -> Language {
    if found.name("rust").is_some() { Language::Rust } else { Language::Python }
}

/// Whether the program of `examples/` exists in both languages and shows the same in both. Naive programs do not: an error
/// of theirs is a traceback in Python.
pub(crate) fn has_twin(name: &str) -> bool {
    !name.starts_with("naive-")
        && programs::folder(name).is_ok_and(|folder| programs::root().join(folder).join("main.py").exists())
}
