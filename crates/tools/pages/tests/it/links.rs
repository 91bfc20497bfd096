//! A link into the project leads to a file that exists, and to a heading on its page.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, ensure};
use pages::Page;
use regex_lite::Regex;

#[test]
fn every_link_leads_somewhere() -> Result<()> {
    let mut count = 0;
    for page in pages::all()? {
        for link in page.links.iter().filter(|link| !link.contains("://")) {
            let place = page.path.display();
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { page.path.clone() } else { resolve(&page.path, file) };
            ensure!(programs::root().join(&target).exists(), "{place}: ({link}): there is no such file");
            if !heading.is_empty() && target.extension().is_some_and(|extension| extension == "md") {
                let anchors: Vec<String> = Page::read(&target)?.headings.iter().map(|text| anchor(text)).collect();
                let exists = anchors.iter().any(|anchor| anchor == heading);
                ensure!(exists, "{place}: ({link}): the page has only the headings {anchors:?}");
            }
            count += 1;
        }
    }
    ensure!(count >= 30, "only {count} links: have the pages lost them?");
    Ok(())
}

#[test]
fn from_python_links_to_the_line_of_each_code() -> Result<()> {
    let page = Path::new("docs/from-python.md");
    let row = Regex::new(r"^\| .* \| `([^`]+)`[^|]* \| \[[^\]]+:(\d+)\]\(([^#]+)#L(\d+)\) \|$")?;
    let (mut count, mut wrong) = (0, String::new());
    for line in fs::read_to_string(programs::root().join(page))?.lines().filter(|line| line.contains("#L")) {
        let found = row.captures(line).with_context(|| format!("{}: {line}", page.display()))?;
        let (code, path) = (found[1].replace("\\|", "|"), resolve(page, &found[3]));
        let text = fs::read_to_string(programs::root().join(&path)).with_context(|| format!("{}", path.display()))?;
        let lines: Vec<String> = (1..)
            .zip(text.lines())
            .filter(|(_, text)| text.contains(code.trim()))
            .map(|(number, _)| number.to_string())
            .collect();
        if found[2] != found[4] || !lines.iter().any(|number| number == &found[4]) {
            wrong += &format!("{line}\n`{code}` is in line {}\n", lines.join(", "));
        }
        count += 1;
    }
    ensure!(wrong.is_empty(), "{} has other lines:\n{wrong}", page.display());
    ensure!(count >= 80, "only {count} rows: has the page lost them?");
    Ok(())
}

/// Returns the link's path, relative to the workspace's folder. If it leads out of there, the path does not exist.
fn resolve(page: &Path, link: &str) -> PathBuf {
    let mut path = page.parent().map(Path::to_owned).unwrap_or_default();
    for component in Path::new(link).components() {
        match component {
            Component::ParentDir if path.pop() => {}
            Component::CurDir => {}
            component => path.push(component),
        }
    }
    path
}

/// Returns the name of a heading in links: its words in lower case, with hyphens between them.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|char| char.is_alphanumeric() || " -_".contains(*char));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}
