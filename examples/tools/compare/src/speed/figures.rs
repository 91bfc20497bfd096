//! The figures that were measured.

use std::fmt;

use serde::Serialize;

use super::machine::Machine;

/// A server that is measured: ours or another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Implementation {
    Ours,
    Python,
    /// The baseline that serves in its accept loop.
    Inline,
    /// The baseline with a thread for each connection.
    Threads,
    /// tungstenite with its defaults, and a thread for each connection.
    Tungstenite,
}

#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) machine: Machine,
    /// Whether rounds were too few and too short to draw conclusions.
    pub(super) quick: bool,
    pub(super) measures: Vec<Measure>,
}

/// A metric of several implementations under one load.
#[derive(Debug, Serialize)]
pub(super) struct Measure {
    pub(super) load: String,
    #[serde(flatten)]
    pub(super) metric: Metric,
    pub(super) figures: Vec<Figure>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Metric {
    pub(super) what: &'static str,
    pub(super) unit: &'static str,
    pub(super) more_is_better: bool,
}

/// The result of one implementation: what was measured, or why it was not run.
#[derive(Debug, Serialize)]
pub(super) struct Figure {
    pub(super) implementation: Implementation,
    pub(super) measured: Option<Spread>,
    pub(super) not_run: Option<String>,
}

/// Why an implementation cannot be measured on this machine, which is not a failure.
#[derive(Clone, Debug)]
pub(super) struct NotRun(pub(super) String);

/// The results of several rounds.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) min: f64,
    pub(super) max: f64,
    /// In the order in which they were measured.
    pub(super) rounds: Vec<f64>,
}

impl Spread {
    /// Computes the spread of at least one round.
    pub(super) fn new(rounds: Vec<f64>) -> Spread {
        let mut sorted = rounds.clone();
        sorted.sort_by(f64::total_cmp);
        let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
        let last = sorted.len().saturating_sub(1);
        Spread { median: f64::midpoint(at(last / 2), at(last.div_ceil(2))), min: at(0), max: at(last), rounds }
    }
}

impl Measure {
    /// Returns our median divided by that of another implementation.
    pub(super) fn ratio_to(&self, other: Implementation) -> Option<f64> {
        let median = |implementation| {
            let figure = self.figures.iter().find(|figure| figure.implementation == implementation)?;
            figure.measured.as_ref().map(|spread| spread.median)
        };
        let ratio = median(Implementation::Ours)? / median(other)?;
        ratio.is_finite().then_some(ratio)
    }
}

impl fmt::Display for Implementation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Implementation::Ours => "ours",
            Implementation::Python => "Python twin",
            Implementation::Inline => "inline loop",
            Implementation::Threads => "thread per connection",
            Implementation::Tungstenite => "bare tungstenite",
        })
    }
}

impl fmt::Display for NotRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotRun {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let spread = Spread::new(vec![3.0, 1.0, 2.0]);
        assert_eq!((spread.min, spread.median, spread.max), (1.0, 2.0, 3.0));
        assert_eq!(spread.rounds, [3.0, 1.0, 2.0]);
        assert_eq!(Spread::new(vec![4.0, 1.0, 2.0, 3.0]).median, 2.5);
    }

    #[test]
    fn a_ratio_is_ours_to_the_other() {
        let figure =
            |implementation, value| Figure { implementation, measured: Some(Spread::new(vec![value])), not_run: None };
        let figures = vec![figure(Implementation::Ours, 30.0), figure(Implementation::Python, 10.0)];
        let metric = Metric { what: "rate", unit: "", more_is_better: true };
        let measure = Measure { load: String::new(), metric, figures };
        assert_eq!(measure.ratio_to(Implementation::Python), Some(3.0));
        assert_eq!(measure.ratio_to(Implementation::Inline), None);
    }
}
