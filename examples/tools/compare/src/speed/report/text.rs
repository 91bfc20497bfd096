//! The report at a terminal.

use super::super::figures::Report;
use super::{FIGURES, RATIOS, caution, machine, tables};

pub(crate) fn text(report: &Report) -> String {
    let mut parts = Vec::new();
    parts.extend(caution(report));
    parts.push(format!("Ratios. {RATIOS}"));
    parts.push(tables::ratios(report).to_string());
    parts.push(format!("Figures. {FIGURES}"));
    parts.push(tables::figures(report).to_string());
    parts.extend(tables::not_run(report));
    parts.push(machine(report).map(|(what, it)| format!("{what}: {it}")).join("\n"));
    parts.join("\n\n")
}
