//! Measures in turns, A B C B C A, so that what else the machine does in the meantime falls on all alike, and nobody
//! always comes after the same other.

use anyhow::{Context, Result, ensure};
use indicatif::{ProgressBar, ProgressStyle};

use super::figures::{Contestant, Figure, Measure, Outcome, Spread};
use super::floor::What;
use super::load;
use super::plan::{Plan, THROUGHPUTS, Throughput};
use super::running::Running;
use super::{sessions, stalled};

/// What is to be done, and what stands on the terminal meanwhile.
pub(super) struct Run<'a> {
    pub(super) plan: &'a Plan,
    pub(super) progress: ProgressBar,
}

/// What one round of a contestant gave: a figure for each measure, or why it could not be run.
pub(super) type Round = Result<Vec<f64>, String>;

pub(super) fn run_all(plan: &Plan) -> Result<Vec<Measure>> {
    let loads: usize = THROUGHPUTS.iter().map(|load| load.contestants.len() * plan.rounds).sum();
    let rounds = loads + 2 * plan.session_rounds.iter().sum::<usize>() + 2 * plan.rounds;
    let style = ProgressStyle::with_template("{msg:40} {wide_bar} {elapsed_precise}")?;
    let progress = ProgressBar::new(rounds as u64).with_style(style);
    let run = Run { plan, progress };
    // Built before anything is measured.
    run.progress.set_message("building");
    for what in [What::Gate, What::Echo, What::Line, What::Threaded, What::WebSocket] {
        programs::command(what.server(), programs::Language::Rust)?;
        // Whatever the twin needs of Python is there from now on, or is told as missing.
        crate::python::missing(what.server());
    }
    let mut measures = Vec::new();
    for throughput in THROUGHPUTS {
        measures.extend(rates(&run, throughput).with_context(|| throughput.title)?);
    }
    for (sessions, rounds) in plan.sessions.into_iter().zip(plan.session_rounds) {
        measures.extend(sessions::memory(&run, sessions, rounds)?);
    }
    measures.extend(stalled::percentiles(&run)?);
    run.progress.finish_and_clear();
    Ok(measures)
}

/// How many operations a second, and what each takes of the server's processor.
fn rates(run: &Run<'_>, throughput: &Throughput) -> Result<Vec<Measure>> {
    let Throughput { title, unit, what, clients, contestants } = throughput;
    let figures = run.in_turns(title, *what, contestants, run.plan.rounds, true, |contestant| {
        let server = Running::start(*what, contestant, &[])?;
        let load = load::put(*what, &server, *clients, run.plan.time)?;
        let accepted = server.finish()?;
        let asked = (load.times.len() + clients) as u64;
        ensure!(*what != What::Gate || accepted == asked, "the gate accepted {accepted} of {asked} right answers");
        Ok(Ok(vec![load.rate(), load.cpu_each()]))
    })?;
    let measure = |what, unit, more_is_better, figures| Measure {
        load: (*title).to_owned(),
        what,
        unit,
        more_is_better,
        figures,
    };
    let [rate, cpu] = by_measure(figures);
    Ok(vec![measure("rate", unit, true, rate), measure("server CPU for each", "µs", false, cpu)])
}

/// The figures of each contestant, a list for each measure.
type Figures<const N: usize> = Vec<(Contestant, Result<[Vec<f64>; N], String>)>;

/// Transposes: a list of contestants for each measure.
pub(super) fn by_measure<const N: usize>(figures: Figures<N>) -> [Vec<Figure>; N] {
    let mut measures = [const { Vec::new() }; N];
    for (contestant, rounds) in figures {
        for (number, measure) in measures.iter_mut().enumerate() {
            let outcome = match &rounds {
                Ok(rounds) => Outcome::Measured(Spread::of(rounds[number].clone())),
                Err(why) => Outcome::NotRun(why.clone()),
            };
            measure.push(Figure { contestant, outcome });
        }
    }
    measures
}

impl Run<'_> {
    /// So many rounds, in each of which all contestants have their turn; the first, if it is to warm up, is not counted.
    pub(super) fn in_turns<const N: usize>(
        &self,
        title: &str,
        what: What,
        contestants: &[Contestant],
        rounds: usize,
        warm_up: bool,
        mut play: impl FnMut(Contestant) -> Result<Round>,
    ) -> Result<Figures<N>> {
        let mut figures: Figures<N> =
            contestants.iter().map(|contestant| (*contestant, Ok([const { Vec::new() }; N]))).collect();
        let no_python = crate::python::missing(what.server());
        for round in 0..rounds {
            for turn in 0..contestants.len() {
                let (contestant, so_far) = &mut figures[(round + turn) % contestants.len()];
                self.progress.set_message(format!("{title}: {contestant}"));
                if let Ok(lists) = so_far {
                    let played = match &no_python {
                        Some(why) if *contestant == Contestant::Python => Err(why.clone()),
                        _ => play(*contestant).with_context(|| contestant.to_string())?,
                    };
                    match played {
                        Ok(_) if warm_up && round == 0 => {}
                        Ok(found) => lists.iter_mut().zip(found).for_each(|(list, figure)| list.push(figure)),
                        Err(why) => *so_far = Err(why),
                    }
                }
                self.progress.inc(1);
            }
        }
        Ok(figures)
    }
}
