//! Measures in turns, A B C B C A …, so that what else the machine does meanwhile affects all implementations alike.

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use programs::Language;

use super::figures::{Figure, Implementation, Measure, NotRun, Spread};
use super::loads::Load;

pub(super) fn run_all(loads: &[Load]) -> Result<Vec<Measure>> {
    let rounds: usize = loads.iter().map(|load| load.rounds * load.implementations.len()).sum();
    let style = ProgressStyle::with_template("{msg:40} {wide_bar} {elapsed_precise}")?;
    let progress = ProgressBar::new(rounds as u64).with_style(style);
    progress.set_message("building");
    for load in loads {
        programs::command(load.lesson.server, Language::Rust)?;
        // Installs the packages that the twin needs.
        crate::python::missing(load.lesson.server);
    }
    let mut measures = Vec::new();
    for load in loads {
        measures.extend(run(load, &progress).with_context(|| load.title.clone())?);
    }
    progress.finish_and_clear();
    Ok(measures)
}

/// The figures of each round, or why there are none.
type Rounds = Result<Vec<Vec<f64>>, NotRun>;

/// Runs all rounds of a load. Returns a measure for each of its metrics.
fn run(load: &Load, progress: &ProgressBar) -> Result<Vec<Measure>> {
    let no_python = crate::python::missing(load.lesson.server);
    let mut results: Vec<(Implementation, Rounds)> = Vec::new();
    for implementation in load.implementations {
        let reason = no_python.as_ref().filter(|_| *implementation == Implementation::Python);
        results.push((*implementation, reason.map_or(Ok(Vec::new()), |reason| Err(NotRun(reason.clone())))));
    }
    for round in 0..load.rounds {
        for turn in 0..results.len() {
            let index = (round + turn) % results.len();
            let (implementation, result) = &mut results[index];
            progress.set_message(format!("{}: {implementation}", load.title));
            if let Ok(rounds) = result {
                match load.run(*implementation) {
                    Ok(_) if load.has_warm_up() && round == 0 => {}
                    Ok(figures) => rounds.push(figures),
                    Err(error) => *result = Err(error.downcast().with_context(|| implementation.to_string())?),
                }
            }
            progress.inc(1);
        }
    }
    let figures = |number: usize| {
        let figure = |(implementation, result): &(Implementation, Rounds)| Figure {
            implementation: *implementation,
            measured: result
                .as_ref()
                .ok()
                .map(|rounds| Spread::new(rounds.iter().map(|round| round[number]).collect())),
            not_run: result.as_ref().err().map(ToString::to_string),
        };
        results.iter().map(figure).collect()
    };
    let metrics = load.metrics.iter().enumerate();
    Ok(metrics
        .map(|(number, metric)| Measure { load: load.title.clone(), metric: metric.clone(), figures: figures(number) })
        .collect())
}
