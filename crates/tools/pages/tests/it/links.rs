//! A link into the project leads to a file that is there, and to a heading that is on its page.

use std::path::{Component, Path, PathBuf};

use anyhow::{Result, ensure};
use pages::Page;

#[test]
fn every_link_leads_somewhere() -> Result<()> {
    let mut count = 0;
    for page in pages::all()? {
        for link in page.links.iter().filter(|link| !link.contains("://")) {
            let place = page.path.display();
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { page.path.clone() } else { resolve(&page.path, file) };
            ensure!(programs::root().join(&target).exists(), "{place}: ({link}) leads to no file of the project");
            if !heading.is_empty() {
                let anchors: Vec<String> = Page::read(&target)?.headings.iter().map(|text| anchor(text)).collect();
                ensure!(
                    anchors.iter().any(|anchor| anchor == heading),
                    "{place}: ({link}): no heading, only {anchors:?}"
                );
            }
            count += 1;
        }
    }
    ensure!(count >= 30, "only {count} links: have the pages lost them?");
    Ok(())
}

/// The path of the link, from the workspace's folder; one that leads out of it stays a path that does not exist.
fn resolve(page: &Path, link: &str) -> PathBuf {
    let mut path = page.parent().map(Path::to_owned).unwrap_or_default();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir if path.pop() => {}
            Component::CurDir => {}
            part => path.push(part),
        }
    }
    path
}

/// What a heading is called in a link: its words in lower case, with hyphens between them.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|char| char.is_alphanumeric() || " -_".contains(*char));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn a_link_is_resolved_from_its_page() {
    assert_eq!(resolve(Path::new("docs/lesson-1-gate.md"), "../README.md"), Path::new("README.md"));
    assert_eq!(resolve(Path::new("docs/lesson-1-gate.md"), "README.md"), Path::new("docs/README.md"));
    assert_eq!(resolve(Path::new("README.md"), "../other"), Path::new("../other"));
    assert_eq!(anchor("What is left open, and who can use it"), "what-is-left-open-and-who-can-use-it");
}
