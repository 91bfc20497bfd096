mod echo;
mod gate;
mod lines;
mod mutual;
mod threads;
pub(crate) mod tls;
mod websocket;

use std::fmt;

use anyhow::Result;

use crate::target::Target;

/// The page of all attacks.
pub(crate) const PAGE: &str = include_str!("../../../../../docs/attacks.md");

/// One attack. The table of docs/attacks.md says what it does and what to watch.
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&Target) -> Result<Vec<Outcome>>,
}

/// What became of the program under attack, and why, in a few words.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Falls(&'static str),
    Stands(&'static str),
    /// Only a person can see it, because the server is not ours.
    Look(&'static str),
}

pub(crate) const ATTACKS: [Attack; 16] = [
    Attack { name: "silence", run: gate::silence },
    Attack { name: "guess", run: gate::guess },
    Attack { name: "impostor", run: gate::impostor },
    Attack { name: "hangup", run: echo::hangup },
    Attack { name: "split", run: echo::split },
    Attack { name: "relay", run: echo::relay },
    Attack { name: "hijack", run: echo::hijack },
    Attack { name: "dribble", run: lines::dribble },
    Attack { name: "endless", run: lines::endless },
    Attack { name: "crowd", run: threads::crowd },
    Attack { name: "escape", run: threads::escape },
    Attack { name: "page", run: websocket::page },
    Attack { name: "flood-log", run: websocket::flood_log },
    Attack { name: "forge", run: websocket::forge },
    Attack { name: "reflect", run: mutual::reflect },
    Attack { name: "relay-tls", run: tls::relay_tls },
];

impl Attack {
    /// Returns what it does, what to watch and the page that explains it, as the page of all attacks has them.
    pub(crate) fn explanation(&self) -> Option<[&'static str; 3]> {
        let row = PAGE.lines().find_map(|line| line.strip_prefix(&format!("| `{}` | ", self.name)))?;
        let [does, watch, link] = row.split(" | ").collect::<Vec<_>>()[..] else { return None };
        Some([does, watch, link.split(['(', ')']).nth(1)?])
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Falls(why) => write!(f, "falls: {why}"),
            Outcome::Stands(why) => write!(f, "stands: {why}"),
            Outcome::Look(where_to) => write!(f, "look: {where_to}"),
        }
    }
}

/// A word list: each word by itself, and with a number from 0 to 99 after it.
fn guesses() -> impl Iterator<Item = String> {
    const WORDS: &str = "password admin welcome dragon monkey letmein login princess sunshine shadow master qwerty \
                         football superman iloveyou starwars computer freedom batman test guest changeme default server \
                         socket python rust ferris sesame opensesame alibaba cassim scheherazade treasure thieves cave \
                         key secret secretkey secret_key jwt_secret token hmac 芝麻 开门 芝麻开门 芝麻关门 阿里巴巴 老衲 \
                         飘柔 老衲洗头 老衲洗头用飘柔";
    let numbered = WORDS.split(' ').flat_map(|word| (0..100).map(move |number| format!("{word}{number}")));
    numbered.chain(WORDS.split(' ').map(str::to_owned))
}
