//! The figures as people read them: ratios first, absolute figures second.

mod chart;
mod html;
mod markdown;
mod tables;
mod text;

pub(super) use html::html;
pub(super) use markdown::markdown;
pub(super) use text::text;

use super::figures::Report;

/// On what was measured, thing by thing.
fn machine(report: &Report) -> [(&'static str, String); 6] {
    let machine = &report.machine;
    [
        ("processor", machine.cpu.clone()),
        ("cores", machine.cores.to_string()),
        ("system", machine.system.clone()),
        ("Rust", format!("{}, profile {}", machine.rust, machine.profile)),
        ("Python", machine.python.clone()),
        ("rounds", if report.quick { "few and short (--quick)".to_owned() } else { "in full".to_owned() }),
    ]
}

/// What is to be said before figures that are not to be built upon.
fn caution(report: &Report) -> Option<String> {
    let mut why = Vec::new();
    if report.machine.profile != "release" {
        why.push("ours were not built for release (`cargo run -p compare -r -- --speed` does)");
    }
    if report.quick {
        why.push("rounds were few and short (--quick)");
    }
    (!why.is_empty()).then(|| format!("Not for conclusions: {}.", why.join(", and ")))
}

const RATIOS: &str = "Ours, divided by the other's. A floor is a server that makes the same system calls and does nothing \
                      between them: inline in its accept loop, or in a thread for each connection. Bare tungstenite is the \
                      WebSocket library by itself with all its defaults, in a thread for each connection.";
const FIGURES: &str = "The median of all rounds, and the least and the most of them. The contestants had their rounds in \
                       turns, each with a server newly started.";
