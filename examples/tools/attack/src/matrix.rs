use std::thread;

use anyhow::{Context, Result, anyhow, ensure};
use cli::say;
use programs::Language;

use crate::attacks::{Attack, Outcome, PAGE};
use crate::target::Target;

/// The columns: each is naive or robust, in one language.
const COLUMNS: [(&str, bool, Language); 4] = [
    ("naive Rust", true, Language::Rust),
    ("naive Python", true, Language::Python),
    ("robust Rust", false, Language::Rust),
    ("robust Python", false, Language::Python),
];

/// The width of the longest name of an attack.
const WIDTH: usize = "flood-log".len();

/// Runs the attacks against all programs, and prints a row for each. A single one tells what it finds instead.
///
/// # Errors
/// Returns an error if an attack cannot be run, or an outcome differs from the page.
pub(crate) fn run(attacks: &[&Attack]) -> Result<()> {
    programs::build_all()?;
    let is_verbose = attacks.len() == 1;
    if !is_verbose {
        let head = row(WIDTH, "attack", &COLUMNS.map(|(name, _, _)| vec![name.to_owned()]));
        say!("{head}\n{}", head.replace(|char| char != '|', "-"));
    }
    let mut different = Vec::new();
    for attack in attacks {
        let outcomes = outcomes(attack, is_verbose).with_context(|| attack.name)?;
        let row = row(WIDTH, attack.name, &outcomes.map(|cell| cell.iter().map(Outcome::to_string).collect()));
        if !is_verbose {
            say!("{row}");
        }
        if !PAGE.contains(&row) {
            different.push(attack.name);
        }
    }
    ensure!(different.is_empty(), "docs/attacks.md says otherwise about: {}", different.join(", "));
    Ok(())
}

/// Runs an attack against all four columns: at the same time, unless it tells what it finds.
fn outcomes(attack: &Attack, is_verbose: bool) -> Result<[Vec<Outcome>; 4]> {
    let run = |(name, is_naive, language)| {
        if is_verbose {
            say!("{name}");
        }
        let target = Target { is_naive, is_verbose, ..Target::naive(language) };
        let outcomes = (attack.run)(&target).with_context(|| name)?;
        outcomes.iter().for_each(|outcome| target.tell(&outcome.to_string()));
        anyhow::Ok(outcomes)
    };
    let [first, second, third, fourth] = if is_verbose {
        COLUMNS.map(run)
    } else {
        thread::scope(|scope| {
            let threads = COLUMNS.map(|column| scope.spawn(move || run(column)));
            threads.map(|thread| thread.join().unwrap_or_else(|_| Err(anyhow!("the thread of an attack panicked"))))
        })
    };
    Ok([first?, second?, third?, fourth?])
}

/// Formats a row that begins with a name of at most this width: its cells may have several lines.
pub(crate) fn row(width: usize, name: &str, cells: &[Vec<String>]) -> String {
    let height = cells.iter().map(Vec::len).max().unwrap_or_default();
    let line = |number: usize| {
        let name = if number == 0 { name } else { "" };
        let cells = cells.iter().map(|cell| format!(" {:23} |", cell.get(number).map_or("", String::as_str)));
        format!("| {name:width$} |{}", cells.collect::<String>())
    };
    (0..height).map(line).collect::<Vec<_>>().join("\n")
}
