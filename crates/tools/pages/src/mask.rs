use anyhow::Result;
use regex_lite::{Captures, Regex};

/// A pattern for text that differs from run to run, and the word that replaces it.
const DIFFERENT: [(&str, &str); 12] = [
    (r"\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\]", "[TIME]"),
    (r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d ", "TIME "),
    (r" with ([0-9a-f]{32}|[0-9a-f]{64})$", " with RESPONSE"),
    (r" nonce [0-9a-f]{64}$", " nonce NONCE"),
    (r"\d+ guesses per second", "RATE"),
    (r"\d+ KiB", "SIZE"),
    (r"\beyJ[\w-]+\.[\w-]+\.[\w-]+", "TOKEN"),
    (r"\d+ loops, best of 5: [\d.]+ [num]?sec per loop", "DURATION"),
    (r" │ +\d+\.\d{3}s  ", " │ DURATION  "),
    // Linux and macOS number errors differently, and Python leaves the number out here.
    (r" \(os error \d+\)", ""),
    (r" record, \d+ bytes$", " record"),
    // When both sides close at the same time, the wiretap can see either first.
    (r"(client → server|server → client)  end: ", "end: "),
];

/// Makes lines of a page and lines of a terminal comparable.
pub(crate) struct Mask {
    different: Vec<(Regex, &'static str)>,
    address: Regex,
    /// A row of bytes in the wiretap's output. The time in other rows can begin in the same column.
    dump: Regex,
    /// The names of bytes that differ from run to run.
    random: Regex,
}

/// Masked lines, each with the index that it had.
pub(crate) type Masked = Vec<(usize, String)>;

impl Mask {
    pub(crate) fn new() -> Result<Mask> {
        let rules = DIFFERENT.iter().map(|(pattern, word)| Ok((Regex::new(pattern)?, *word)));
        Ok(Mask {
            different: rules.collect::<Result<_>>()?,
            address: Regex::new(r"127\.0\.0\.1:(\d+)")?,
            dump: Regex::new(r"^( *\d+ │   )([0-9a-f]{2} .{0,45}|[0-9a-f]{2}$)(.*)$")?,
            random: Regex::new(r"  (nonce|response|challenge|proof|timestamp|masking key|masked [a-z ]*)[, ]")?,
        })
    }

    /// Masks lines, given pairs of a server's port on the page and its port in these lines.
    ///
    /// Leaves out the headers of a WebSocket handshake: programs send different ones, in any order. Also leaves out the
    /// bytes of TLS records, and joins those that follow each other: libraries split a handshake differently. Then the
    /// counts of bytes differ too.
    pub(crate) fn apply(&self, lines: &[impl AsRef<str>], ports: &[(u16, u16)]) -> Masked {
        let (mut name, mut counts_differ) = ("", false);
        let mut masked: Masked = Vec::new();
        for (index, line) in lines.iter().map(AsRef::as_ref).enumerate() {
            let dump = self.dump.captures(line);
            if dump.is_none() {
                name = line;
            }
            let is_record = name.contains(" record, ");
            counts_differ |= is_record || name.contains(" header, ");
            if name.contains(" header, ") || (is_record && dump.is_some()) {
                continue;
            }
            let line = match dump {
                Some(dump) if self.random.is_match(name) => {
                    let text = if name.contains("  masked ") { &dump[3] } else { "" };
                    format!("{}{} BYTES  {text}", &dump[1], dump[2].split_whitespace().count())
                }
                Some(_) => line.to_owned(),
                None if counts_differ && line.contains("wiretap forwarded ") => "FORWARDED".to_owned(),
                None => self.line(line, ports),
            };
            if is_record && masked.last().is_some_and(|(_, last)| *last == line) {
                continue;
            }
            masked.push((index, line));
        }
        masked
    }

    fn line(&self, line: &str, ports: &[(u16, u16)]) -> String {
        let mut line = line.to_owned();
        for (pattern, word) in &self.different {
            line = pattern.replace_all(&line, *word).into_owned();
        }
        let address = |found: &Captures<'_>| {
            let server = ports.iter().find(|(_, here)| found[1] == here.to_string());
            server.map_or("CLIENT".to_owned(), |(on_page, _)| format!("SERVER {on_page}"))
        };
        self.address.replace_all(&line, address).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_only_what_differs_from_run_to_run() -> Result<()> {
        let mask = Mask::new()?;
        let (on_page, here) = ([(9527, 9527), (9528, 9528)], [(9527, 40001), (9528, 9527)]);
        let masked = |hex: &str, text: &str| format!("  1 │    0.001s  masked payload, 2\n  1 │   {hex:48}  {text}");
        let cases = [
            ("127.0.0.1:55898: accepted", "127.0.0.1:33333: rejected", false),
            ("127.0.0.1:9527: accepted", "127.0.0.1:33333: accepted", false),
            ("listens on 127.0.0.1:9527", "listens on 127.0.0.1:40001", true),
            ("listens on 127.0.0.1:9528", "listens on 127.0.0.1:9527", true),
            ("listens on 127.0.0.1:9527", "listens on 127.0.0.1:9527", false),
            ("[Thu May 10 22:00:19 2018] a", "[Wed May  9 20:44:11 2018] a", true),
            ("[Thu May 10 22:00:19 2018] a", "[Wed May 9 20:44:11 2018] a", false),
            ("2026-11-22T20:01:02+01:00 a", "2025-01-02T03:04:05-08:00 a", true),
            ("eyJhIjoiSFMyNTYifQ.eyJhIjoxfQ.x-y_z", "eyJhIjoiSFMyNTYifQ.eyJhIjoyfQ.a-b_c", true),
            ("eyJhIjoiSFMyNTYifQ.eyJhIjoxfQ.x", "eyJhIjoiSFMyNTYifQ.eyJhIjoyfQ", false),
            ("Connection reset by peer (os error 104)", "Connection reset by peer (os error 54)", true),
            ("a with 9d59886e7ccb7b3ae644c1beca02488a", "a with 1de274382e7fe279c87aeb76fc917848", true),
            ("a with 9d59886e7ccb7b3ae644c1beca02488a", "a with 1de274382e7fe279c87aeb76fc91784", false),
            ("  1 │    0.001s  nonce, 2\n  1 │   00 01", "  1 │   12.345s  nonce, 2\n  1 │   ab cd", true),
            ("  1 │    0.001s  nonce, 2\n  1 │   00 01", "  1 │    0.001s  nonce, 2\n  1 │   ab", false),
            ("  1 │    0.001s  nonce, 2\n  1 │   00 01", "  2 │    0.001s  nonce, 2\n  2 │   00 01", false),
            ("  1 │    0.001s  message, 2\n  1 │   00 01", "  1 │    0.001s  message, 2\n  1 │   ab cd", false),
            ("  1 │    0.001s  message, 2", "  1 │    0.001s  message, 3", false),
            (&masked("00 01", "hi"), &masked("02 03", "hi"), true),
            (&masked("00 01", "hi"), &masked("00 01", "ho"), false),
            (&masked("00 01", "hi"), &masked("00", "hi"), false),
            (
                "  1 │    0.001s  a record, 2 bytes\n  1 │   00 01",
                "  1 │    0.002s  a record, 1 bytes\n  1 │   02",
                true,
            ),
            (
                "  1 │    0.001s  a record, 2 bytes",
                "  1 │    0.001s  a record, 2 bytes\n  1 │   0.002s  a record, 3 bytes",
                true,
            ),
            ("  1 │    0.001s  a record, 2 bytes", "  1 │    0.001s  another record, 2 bytes", false),
            ("  1 │    0.001s  a\n  1 │    0.001s  Host header, 2\n  1 │   00 01", "  1 │    0.001s  a", true),
        ];
        for (page, shown, equal) in cases {
            let lines = |text: &str, ports: &[(u16, u16)]| {
                let masked = mask.apply(&text.lines().collect::<Vec<_>>(), ports);
                masked.into_iter().map(|(_, line)| line).collect::<Vec<_>>()
            };
            assert_eq!(lines(page, &on_page) == lines(shown, &here), equal, "{page:?} {shown:?}");
        }
        Ok(())
    }
}
