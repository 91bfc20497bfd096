//! The second half: how fast ours are beside their twins, and beside floors, servers that make the same system calls and
//! do nothing between them.

mod figures;
mod floor;
mod load;
mod machine;
mod plan;
mod report;
mod rounds;
mod running;
mod sessions;
mod stalled;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cli::say;

pub(crate) use floor::Floor;

use figures::Report;
use plan::Plan;

/// Where figures go beside the terminal.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Outputs {
    /// Where the page with charts goes [default: target/compare/report.html]
    #[arg(long, value_name = "FILE", requires = "speed")]
    html: Option<PathBuf>,
    /// Write all figures as JSON too
    #[arg(long, value_name = "FILE", requires = "speed")]
    json: Option<PathBuf>,
    /// Write the tables as a page of Markdown too
    #[arg(long, value_name = "FILE", requires = "speed")]
    markdown: Option<PathBuf>,
}

/// Measures all there is to measure, prints it, and writes it to files.
pub(crate) fn measure(quick: bool, outputs: &Outputs) -> Result<()> {
    let plan = if quick { Plan::quick() } else { Plan::full() };
    let report = Report { machine: machine::this_one(), quick, measures: rounds::run_all(&plan)? };
    say!("{}", report::text(&report));
    let html = outputs.html.clone().unwrap_or_else(|| programs::root().join("target/compare/report.html"));
    write(&html, &report::html(&report))?;
    if let Some(file) = &outputs.json {
        write(file, &serde_json::to_string_pretty(&report)?)?;
    }
    if let Some(file) = &outputs.markdown {
        write(file, &report::markdown(&report))?;
    }
    say!("");
    say!("with charts: {}", html.display());
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<()> {
    let context = || format!("cannot write {}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(context)?;
    }
    fs::write(file, text).with_context(context)
}
