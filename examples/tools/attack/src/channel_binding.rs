use std::thread;

use anyhow::{Context, Result, anyhow, ensure};
use cli::say;
use programs::Language;

use crate::attacks::{Outcome, tls};
use crate::matrix::row;
use crate::target::Target;
use crate::tls_middle::Shows;

/// The name of this table on the command line.
pub(crate) const NAME: &str = "channel-binding";

/// The page that has this table.
const PAGE: &str = include_str!("../../../../docs/lesson-8-tls.md");

/// The width of the longest name of a row.
const WIDTH: usize = "relays, careless client, Python".len();

/// The columns: what a response is bound to, by which programs.
const COLUMNS: [(&str, Target); 3] = [
    ("no binding", Target::naive(Language::Rust)),
    ("certificate's hash", Target { binds_certificate: true, ..Target::naive(Language::Rust) }),
    ("exporter", Target { is_naive: false, ..Target::naive(Language::Rust) }),
];

/// What one attack does to one pair of programs.
type Attack = fn(&Target) -> Result<Outcome>;

const ROWS: [(&str, Attack); 4] = [
    ("listens", tls::listen),
    ("relays, own certificate", |target| tls::relay_with(target, Shows::Own)),
    ("relays, stolen private key", |target| tls::relay_with(target, Shows::Stolen)),
    ("relays, careless client", |target| tls::relay_with(target, Shows::Unproven)),
];

/// Runs each attack against each binding, and prints the table of lesson 8: a row for each language where they differ.
///
/// # Errors
/// Returns an error if an attack cannot be run, or an outcome differs from the page.
pub(crate) fn run() -> Result<()> {
    programs::build_all()?;
    let head = row(WIDTH, "attack", &COLUMNS.map(|(name, _)| vec![name.to_owned()]));
    say!("{head}\n{}", head.replace(|char| char != '|', "-"));
    let mut different = Vec::new();
    for (name, attack) in ROWS {
        let [rust, python] = both_languages(attack).with_context(|| name)?;
        let rows = if rust == python {
            vec![(name.to_owned(), rust)]
        } else {
            vec![(format!("{name}, Rust"), rust), (format!("{name}, Python"), python)]
        };
        for (name, cells) in rows {
            let row = row(WIDTH, &name, &cells);
            say!("{row}");
            if !PAGE.contains(&row) {
                different.push(name);
            }
        }
    }
    ensure!(different.is_empty(), "docs/lesson-8-tls.md says otherwise about: {}", different.join("; "));
    Ok(())
}

/// Runs an attack against all bindings in both languages, at the same time.
fn both_languages(attack: Attack) -> Result<[Vec<Vec<String>>; 2]> {
    let run = |(_, target): (&str, Target), language| {
        let outcome = attack(&Target { language, ..target })?;
        anyhow::Ok(vec![outcome.to_string()])
    };
    thread::scope(|scope| {
        let threads = Language::ALL.map(|language| COLUMNS.map(|column| scope.spawn(move || run(column, language))));
        let [rust, python] = threads.map(|threads| {
            let cells = threads
                .map(|thread| thread.join().unwrap_or_else(|_| Err(anyhow!("the thread of an attack panicked"))));
            cells.into_iter().collect::<Result<Vec<_>>>()
        });
        Ok([rust?, python?])
    })
}
