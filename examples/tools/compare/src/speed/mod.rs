//! The speed: measures our servers in Rust, their Python twins, and baselines.

mod baseline;
mod client;
mod loads;
mod report;
mod server;

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result};
use cli::{say, warn};
use programs::Language;

use loads::Load;

pub(crate) use baseline::serve as serve_baseline;

/// A server that is measured: ours or another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Implementation {
    Ours,
    /// The baseline that serves one client after the other, in its accept loop.
    Inline,
    /// The baseline with a thread for each connection.
    Threads,
    Python,
}

/// A metric of several implementations under one load.
struct Measure {
    load: String,
    metric: &'static str,
    /// The figures of all rounds, sorted. An implementation that was not run has none.
    figures: BTreeMap<Implementation, Vec<f64>>,
}

/// Measures everything and prints it as a Markdown page.
pub(crate) fn measure(quick: bool) -> Result<()> {
    // A server inherits the limit of file descriptors. If it stays too low, the sessions that open are counted.
    rlimit::increase_nofile_limit(u64::MAX).context("cannot raise the limit of file descriptors")?;
    let loads = loads::all(quick);
    for load in &loads {
        programs::command(load.lesson.server, Language::Rust)?;
    }
    let mut measures = Vec::new();
    for load in &loads {
        warn!("measuring {}", load.title);
        // This installs the packages that the twin needs.
        let no_python = crate::python::missing(load.lesson.server);
        if let Some(reason) = &no_python {
            warn!("the Python twin is not measured: {reason}");
        }
        measures.extend(run(load, no_python.is_none()).with_context(|| load.title.clone())?);
    }
    say!("{}", report::page(&measures, quick));
    Ok(())
}

/// Measures in turns, A B C B C A …, so that what else the machine does meanwhile affects all implementations alike.
fn run(load: &Load, has_python: bool) -> Result<Vec<Measure>> {
    let mut implementations = load.implementations();
    implementations.retain(|implementation| has_python || *implementation != Implementation::Python);
    let measure = |metric: &&'static str| Measure { load: load.title.clone(), metric, figures: BTreeMap::new() };
    let mut measures: Vec<Measure> = load.metrics().iter().map(measure).collect();
    for round in 0..load.rounds {
        for _ in 0..implementations.len() {
            let implementation = implementations[0];
            let figures = load.run(implementation).with_context(|| implementation.to_string())?;
            // The first round is a warm-up, unless it is the only one.
            if round > 0 || load.rounds == 1 {
                for (measure, figure) in measures.iter_mut().zip(figures) {
                    measure.figures.entry(implementation).or_default().push(figure);
                }
            }
            implementations.rotate_left(1);
        }
        implementations.rotate_left(1);
    }
    let figures = measures.iter_mut().flat_map(|measure| measure.figures.values_mut());
    figures.for_each(|figures| figures.sort_by(f64::total_cmp));
    Ok(measures)
}

impl Measure {
    /// Returns the median of an implementation, if it was run.
    fn median(&self, implementation: Implementation) -> Option<f64> {
        let figures = self.figures.get(&implementation)?;
        Some(f64::midpoint(figures[(figures.len() - 1) / 2], figures[figures.len() / 2]))
    }
}

impl fmt::Display for Implementation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Implementation::Ours => "ours",
            Implementation::Inline => "inline loop",
            Implementation::Threads => "thread per connection",
            Implementation::Python => "Python twin",
        })
    }
}
