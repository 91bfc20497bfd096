//! The figures as a Markdown page: ratios first, then absolute figures.

use std::process::Command;
use std::{env, fs, thread};

use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;

use super::Implementation::{self, Inline, Ours, Python, Threads};
use super::Measure;

pub(super) fn page(measures: &[Measure], quick: bool) -> String {
    [
        "# How fast\n\n[compare](compare.md) writes this page. To measure on your machine:\n\n```sh\n\
         cargo run -p compare -r -- --speed > docs/speed.md\n```\n",
        caution(quick),
        "\n## Ratios\n\n\
         Our figure divided by the other's. The inline loop and the thread per connection are baselines: servers that make the\n\
         same system calls and do nothing between them. For WebSocket and TLS, the baselines use the libraries alone,\n\
         tungstenite and rustls. More operations per second are better; of everything else, less is better.\n\n",
        &table(measures, &[Inline, Threads, Python], ratio),
        "\n\n## Figures\n\n\
         The median, and the minimum and maximum of all rounds. The servers took turns, and each round started a new process.\n\n",
        &table(measures, &[Ours, Inline, Threads, Python], figures),
        "\n\n## Measured on\n\n",
        &machine(),
    ]
    .concat()
}

/// Returns a warning if the figures allow no conclusions.
fn caution(quick: bool) -> &'static str {
    if cfg!(debug_assertions) {
        "\nDo not draw conclusions: our servers were not built for release (`cargo run -p compare -r` does that).\n"
    } else if quick {
        "\nDo not draw conclusions: rounds were few and short (--quick).\n"
    } else {
        ""
    }
}

/// Returns a table with a row for each measure and a column for each of these implementations.
fn table(
    measures: &[Measure],
    columns: &[Implementation],
    cell: impl Fn(&Measure, Implementation) -> Option<String>,
) -> String {
    let names = columns.iter().map(ToString::to_string);
    let mut table = Table::new();
    table.load_preset(ASCII_MARKDOWN).set_header(["load", "metric"].map(str::to_owned).into_iter().chain(names));
    for measure in measures {
        let cells = columns.iter().map(|column| cell(measure, *column).unwrap_or("-".to_owned()));
        table.add_row([&measure.load, measure.metric].map(str::to_owned).into_iter().chain(cells));
    }
    table.to_string()
}

/// Returns our median divided by that of another implementation.
fn ratio(measure: &Measure, other: Implementation) -> Option<String> {
    let ratio = measure.median(Ours)? / measure.median(other)?;
    ratio.is_finite().then(|| format!("{ratio:.2}"))
}

fn figures(measure: &Measure, implementation: Implementation) -> Option<String> {
    let (figures, median) = (measure.figures.get(&implementation)?, measure.median(implementation)?);
    Some(format!("{} ({} to {})", number(median), number(*figures.first()?), number(*figures.last()?)))
}

/// Formats a number with three significant digits.
fn number(number: f64) -> String {
    match number.abs() {
        100.0.. => format!("{number:.0}"),
        10.0.. => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

/// Returns what it was measured on, without the machine's name: figures may be published.
fn machine() -> String {
    let unknown = || "unknown".to_owned();
    // Linux has the name in a file, macOS in a variable of the kernel.
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cpu = cpu.map(|(_, name)| name.to_owned()).or_else(|| output_of("sysctl", &["-n", "machdep.cpu.brand_string"]));
    // The rest of the version may name whoever built the kernel.
    let system = output_of("uname", &["-sr"]).and_then(|system| system.split('-').next().map(str::to_owned));
    let rust = output_of(&env::var("RUSTC").unwrap_or("rustc".to_owned()), &["--version"]);
    format!(
        "- processor: {}\n- cores: {}\n- system: {}\n- Rust: {}\n- Python: {}",
        cpu.unwrap_or_else(unknown),
        thread::available_parallelism().map_or(0, usize::from),
        system.unwrap_or_else(unknown),
        rust.unwrap_or_else(unknown),
        crate::python::version().unwrap_or_else(|error| format!("{error:#}")),
    )
}

/// Returns what a program prints, if it can be run and succeeds.
pub(super) fn output_of(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_has_the_ratio_or_the_median_minimum_and_maximum() {
        let figures = [(Ours, vec![9.876, 99.94, 12345.6]), (Python, vec![10.0, 50.0, 60.0, 70.0])];
        let measure = Measure { load: String::new(), metric: "", figures: figures.into() };
        assert_eq!(super::figures(&measure, Ours).as_deref(), Some("99.9 (9.88 to 12346)"));
        assert_eq!(super::figures(&measure, Python).as_deref(), Some("55.0 (10.0 to 70.0)"));
        assert_eq!(ratio(&measure, Python).as_deref(), Some("1.82"));
        assert_eq!(ratio(&measure, Inline), None);
    }
}
