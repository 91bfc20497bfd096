//! The report as text: ratios first, then absolute figures. At a terminal it is the body of the Markdown page.

use super::figures::Implementation::{Inline, Python, Threads, Tungstenite};
use super::figures::{Figure, Report};
use crate::table::Table;

pub(super) const RATIOS: &str = "\
Our figure divided by the other's. The inline loop and the thread per connection are baselines: servers that make the
same system calls and do nothing between them. Bare tungstenite is the WebSocket library with its defaults, in a thread
per connection.";
pub(super) const FIGURES: &str = "\
The median, minimum and maximum of all rounds. The servers took turns, and each round started a new process.";

pub(super) fn markdown(report: &Report) -> String {
    format!(
        "# How fast\n\n[compare](compare.md) writes this page. To measure on your machine:\n\n\
         ```sh\ncargo run -p compare -r -- --speed --markdown docs/speed.md\n```\n\n{}\n",
        text(report)
    )
}

pub(super) fn text(report: &Report) -> String {
    let mut parts = Vec::from_iter(caution(report));
    parts.extend(["## Ratios".to_owned(), RATIOS.to_owned(), ratios(report).to_string()]);
    parts.extend(["## Figures".to_owned(), FIGURES.to_owned(), figures(report).to_string()]);
    parts.extend(not_run(report));
    parts.push("## Measured on".to_owned());
    parts.push(machine(report).map(|(what, value)| format!("- {what}: {value}")).join("\n"));
    parts.join("\n\n")
}

/// Returns a warning if the figures allow no conclusions.
pub(super) fn caution(report: &Report) -> Option<String> {
    let mut reasons = Vec::new();
    if report.machine.profile != "release" {
        reasons.push("our servers were not built for release (`cargo run -p compare -r -- --speed` does that)");
    }
    if report.quick {
        reasons.push("rounds were few and short (--quick)");
    }
    (!reasons.is_empty()).then(|| format!("Do not draw conclusions: {}.", reasons.join(", and ")))
}

/// Returns our figures divided by those of each other implementation.
pub(super) fn ratios(report: &Report) -> Table {
    let others = [Inline, Threads, Tungstenite, Python];
    let mut table = Table::new(["load", "what", "better is"]);
    table.head.extend(others.map(|other| format!("to {other}")));
    for measure in &report.measures {
        let better = if measure.metric.more_is_better { "more" } else { "less" };
        let ratio = |other| measure.ratio_to(other).map_or("-".to_owned(), |ratio| format!("{ratio:.2}"));
        let words = [&measure.load, measure.metric.what, better].map(str::to_owned);
        table.row(words.into_iter().chain(others.map(ratio)));
    }
    table
}

/// Returns the figures of each implementation.
pub(super) fn figures(report: &Report) -> Table {
    let mut table = Table::new(["load", "what", "unit", "server", "median", "min", "max"]);
    for measure in &report.measures {
        for figure in &measure.figures {
            let numbers = match &figure.measured {
                Some(spread) => [spread.median, spread.min, spread.max].map(number),
                None => ["not run", "-", "-"].map(str::to_owned),
            };
            let words = [&measure.load, measure.metric.what, measure.metric.unit, &figure.implementation.to_string()];
            table.row(words.map(str::to_owned).into_iter().chain(numbers));
        }
    }
    table
}

/// Returns why some servers were not run, each reason once.
pub(super) fn not_run(report: &Report) -> Vec<String> {
    let figures = report.measures.iter().flat_map(|measure| &measure.figures);
    let reason = |figure: &Figure| Some(format!("{} was not run: {}", figure.implementation, figure.not_run.as_ref()?));
    let mut reasons: Vec<String> = figures.filter_map(reason).collect();
    reasons.dedup();
    reasons
}

/// Returns what it was measured on.
pub(super) fn machine(report: &Report) -> [(&'static str, String); 6] {
    let machine = &report.machine;
    [
        ("processor", machine.cpu.clone()),
        ("cores", machine.cores.to_string()),
        ("system", machine.system.clone()),
        ("Rust", format!("{}, profile {}", machine.rust, machine.profile)),
        ("Python", machine.python.clone()),
        ("rounds", if report.quick { "few and short (--quick)" } else { "in full" }.to_owned()),
    ]
}

/// Formats a number with three significant digits.
pub(super) fn number(number: f64) -> String {
    match number.abs() {
        100.0.. => format!("{number:.0}"),
        10.0.. => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_has_three_significant_digits() {
        assert_eq!([12345.6, 99.94, 9.876, 0.123].map(number), ["12346", "99.9", "9.88", "0.12"]);
    }
}
