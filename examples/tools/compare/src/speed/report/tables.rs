//! The two tables that every form of the report has.

use super::super::figures::Contestant::{BareTungstenite, FloorInline, FloorThreads, Python};
use super::super::figures::{Measure, Outcome, Report};
use crate::table::Table;

/// Ours against each of the others.
pub(super) fn ratios(report: &Report) -> Table {
    let mut table = Table::new([
        "load",
        "what",
        "better is",
        "to floor, inline",
        "to floor, a thread each",
        "to bare tungstenite",
        "to Python twin",
    ]);
    for measure in &report.measures {
        let ratio = |other| measure.ratio_to(other).map_or("-".to_owned(), |ratio| format!("{ratio:.2}"));
        let ratios = [FloorInline, FloorThreads, BareTungstenite, Python].map(ratio);
        let [load, what, better] = [&measure.load, measure.what, better(measure)].map(str::to_owned);
        table.row([load, what, better].into_iter().chain(ratios));
    }
    table
}

/// What each came to.
pub(super) fn figures(report: &Report) -> Table {
    let mut table = Table::new(["load", "what", "unit", "who", "median", "least", "most"]);
    for measure in &report.measures {
        for figure in &measure.figures {
            let numbers = match &figure.outcome {
                Outcome::Measured(spread) => [spread.median, spread.least, spread.most].map(number),
                Outcome::NotRun(_) => ["not run", "-", "-"].map(str::to_owned),
            };
            let words = [&measure.load, measure.what, measure.unit].map(str::to_owned);
            table.row(words.into_iter().chain([figure.contestant.to_string()]).chain(numbers));
        }
    }
    table
}

/// Why some were not run, each reason once.
pub(super) fn not_run(report: &Report) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    for measure in &report.measures {
        for figure in &measure.figures {
            if let Outcome::NotRun(why) = &figure.outcome {
                let reason = format!("{} was not run: {why}", figure.contestant);
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
    }
    reasons
}

fn better(measure: &Measure) -> &'static str {
    if measure.more_is_better { "more" } else { "less" }
}

/// With three figures that count.
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
    fn a_number_has_as_many_places_as_count() {
        assert_eq!([12345.6, 99.94, 9.876, 0.123].map(number), ["12346", "99.9", "9.88", "0.12"]);
    }
}
