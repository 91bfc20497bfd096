//! What was measured, in a form that can be written down: measures, each with figures of its contestants.

use std::fmt;

use serde::Serialize;

use super::machine::Machine;

/// Who is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Contestant {
    Ours,
    Python,
    /// The floor that serves one client after the other, in its accept loop.
    FloorInline,
    /// The floor that starts a thread for each connection.
    FloorThreads,
    /// tungstenite with its defaults, in a thread for each connection.
    BareTungstenite,
}

/// All that a run found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) machine: Machine,
    /// Whether rounds were too few and too short for figures to build upon.
    pub(super) quick: bool,
    pub(super) measures: Vec<Measure>,
}

/// One thing that is measured of several contestants.
#[derive(Debug, Serialize)]
pub(super) struct Measure {
    /// Under what load.
    pub(super) load: String,
    /// What of it: `rate`.
    pub(super) what: &'static str,
    pub(super) unit: &'static str,
    pub(super) more_is_better: bool,
    pub(super) figures: Vec<Figure>,
}

/// What one contestant came to.
#[derive(Debug, Serialize)]
pub(super) struct Figure {
    pub(super) contestant: Contestant,
    #[serde(flatten)]
    pub(super) outcome: Outcome,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Measured(Spread),
    /// Why it was not.
    NotRun(String),
}

/// The middle and the ends of what several rounds gave.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) least: f64,
    pub(super) most: f64,
    /// In the order in which they were measured.
    pub(super) rounds: Vec<f64>,
}

impl Spread {
    /// Of at least one round.
    pub(super) fn of(rounds: Vec<f64>) -> Spread {
        let mut sorted = rounds.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let median = match sorted.len() {
            0 => f64::NAN,
            len if len % 2 == 0 => f64::midpoint(sorted[middle - 1], sorted[middle]),
            _ => sorted[middle],
        };
        let end = |end: Option<&f64>| end.copied().unwrap_or(f64::NAN);
        Spread { median, least: end(sorted.first()), most: end(sorted.last()), rounds }
    }
}

impl Measure {
    pub(super) fn of(&self, contestant: Contestant) -> Option<&Spread> {
        self.figures.iter().find(|figure| figure.contestant == contestant).and_then(|figure| match &figure.outcome {
            Outcome::Measured(spread) => Some(spread),
            Outcome::NotRun(_) => None,
        })
    }

    /// Ours, divided by another's.
    pub(super) fn ratio_to(&self, other: Contestant) -> Option<f64> {
        let ratio = self.of(Contestant::Ours)?.median / self.of(other)?.median;
        ratio.is_finite().then_some(ratio)
    }
}

impl fmt::Display for Contestant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Contestant::Ours => "ours",
            Contestant::Python => "Python twin",
            Contestant::FloorInline => "floor, inline",
            Contestant::FloorThreads => "floor, a thread each",
            Contestant::BareTungstenite => "bare tungstenite",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let spread = Spread::of(vec![3.0, 1.0, 2.0]);
        assert_eq!((spread.least, spread.median, spread.most), (1.0, 2.0, 3.0));
        assert_eq!(spread.rounds, [3.0, 1.0, 2.0]);
        assert_eq!(Spread::of(vec![4.0, 1.0, 2.0, 3.0]).median, 2.5);
    }

    #[test]
    fn a_ratio_is_of_ours_to_the_other() {
        let figure = |contestant, rounds| Figure { contestant, outcome: Outcome::Measured(Spread::of(rounds)) };
        let figures = vec![figure(Contestant::Ours, vec![30.0]), figure(Contestant::Python, vec![10.0])];
        let measure = Measure { load: String::new(), what: "rate", unit: "", more_is_better: true, figures };
        assert_eq!(measure.ratio_to(Contestant::Python), Some(3.0));
        assert_eq!(measure.ratio_to(Contestant::FloorInline), None);
    }
}
