//! The report as a page of Markdown, `docs/speed.md`.

use super::super::figures::Report;
use super::{FIGURES, RATIOS, caution, machine, tables};

pub(crate) fn markdown(report: &Report) -> String {
    let mut page = String::from(
        "# How fast\n\n\
         Written by [compare](compare.md), not by hand. The same on your machine:\n\n\
         ```sh\ncargo run -p compare -r -- --speed --markdown docs/speed.md\n```\n",
    );
    let mut paragraph = |text: &str| page.extend(["\n", text.trim_end(), "\n"]);
    caution(report).iter().for_each(|caution| paragraph(caution));
    paragraph("## Ratios");
    paragraph(RATIOS);
    paragraph(&tables::ratios(report).to_string());
    paragraph("## Figures");
    paragraph(FIGURES);
    paragraph(&tables::figures(report).to_string());
    tables::not_run(report).iter().for_each(|reason| paragraph(reason));
    paragraph("## Measured on");
    paragraph(&machine(report).map(|(what, it)| format!("- {what}: {it}")).join("\n"));
    page
}
