//! A link into the project leads to a file that exists, and to a heading on its page.

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
            ensure!(programs::root().join(&target).exists(), "{place}: ({link}): there is no such file");
            if !heading.is_empty() {
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
