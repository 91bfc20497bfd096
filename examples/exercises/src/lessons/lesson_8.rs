use std::iter::repeat;

use anyhow::{Context, Result, ensure};

use crate::exercise::Exercise;
use crate::program::Program;
use crate::{expect, random};

/// The exercises of lesson 8.
pub(crate) const EXERCISES: &[Exercise] = &[
    Exercise {
        lesson: 8,
        name: "channel-binding",
        checks: &[
            ("the server refuses a client that is relayed, and no other", |program| refuses_a_relay(program, "client")),
            ("the client refuses a server that is relayed, and no other", |program| refuses_a_relay(program, "server")),
            ("a proof is wrong if one bit of the exporter, or another value, differs", covers_everything),
        ],
    },
    Exercise {
        lesson: 8,
        name: "close-notify",
        checks: &[
            ("prints the text only if close_notify came after it", notices_a_cut),
            ("does not take another alert for the end", notices_other_alerts),
            ("ignores what comes after close_notify", ignores_what_follows),
        ],
    },
    Exercise {
        lesson: 8,
        name: "who-can-read",
        checks: &[
            ("knows who can read by listening only", knows_who_listens),
            ("knows what an attacker in the middle of the naive programs can read", knows_who_reads_naive_programs),
            ("knows what an attacker in the middle of the robust programs can read", knows_who_reads_robust_programs),
            ("knows what nothing protects from", knows_what_nothing_protects_from),
        ],
    },
];

/// What a proof depends on.
#[derive(Clone)]
struct Handshake {
    role: &'static str,
    key: Vec<u8>,
    exporter: Vec<u8>,
    server_nonce: Vec<u8>,
    client_nonce: Vec<u8>,
}

impl Handshake {
    fn random(role: &'static str) -> Result<Handshake> {
        let bytes = || random::bytes(32);
        Ok(Handshake { role, key: bytes()?, exporter: bytes()?, server_nonce: bytes()?, client_nonce: bytes()? })
    }
}

fn refuses_a_relay(program: &Program, role: &'static str) -> Result<()> {
    let here = Handshake::random(role)?;
    let there = Handshake { exporter: random::bytes(32)?, ..here.clone() };
    // The attacker knows both exporters, and changes a nonce by their difference.
    let changed = |nonce: &[u8]| -> Vec<u8> {
        let difference = here.exporter.iter().zip(&there.exporter).map(|(here, there)| here ^ there);
        difference.zip(nonce).map(|(difference, byte)| difference ^ byte).collect()
    };
    let server = Handshake { server_nonce: changed(&here.server_nonce), ..there.clone() };
    let client = Handshake { client_nonce: changed(&here.client_nonce), ..there.clone() };
    let wrong = [
        ("on another TLS connection, as if nobody were in between", there),
        ("on another TLS connection, if the attacker changes the server's nonce", server),
        ("on another TLS connection, if the attacker changes the client's nonce", client),
    ];
    differs(program, here, &wrong)
}

fn covers_everything(program: &Program) -> Result<()> {
    let here = Handshake::random(["client", "server"][random::below(2)?])?;
    let other_role = if here.role == "client" { "server" } else { "client" };
    let flip = |bytes: &[u8], at: usize| -> Result<Vec<u8>> {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 1 << random::below(8)?;
        Ok(bytes)
    };
    let mut wrong = Vec::new();
    for at in 0..32 {
        let exporter = flip(&here.exporter, at)?;
        let server_nonce = flip(&here.server_nonce, at)?;
        let client_nonce = flip(&here.client_nonce, at)?;
        wrong.push(("if one bit of the exporter differs", Handshake { exporter, ..here.clone() }));
        wrong.push(("with another nonce of the server", Handshake { server_nonce, ..here.clone() }));
        wrong.push(("with another nonce of the client", Handshake { client_nonce, ..here.clone() }));
    }
    wrong.push(("with another key", Handshake { key: random::bytes(32)?, ..here.clone() }));
    wrong.push(("in the other role", Handshake { role: other_role, ..here.clone() }));
    differs(program, here, &wrong)
}

/// Expects that both ends of a handshake agree, and that the same proof is wrong in all the others.
fn differs(program: &Program, here: Handshake, others: &[(&str, Handshake)]) -> Result<()> {
    let role = here.role;
    let ends = [here.clone(), here];
    let line = |handshake: &Handshake| {
        let Handshake { role, key, exporter, server_nonce, client_nonce } = handshake;
        let values = [key, exporter, server_nonce, client_nonce].map(|value| wire::hex(value));
        format!("{role} {}\n", values.join(" "))
    };
    let input: String = ends.iter().chain(others.iter().map(|(_, other)| other)).map(line).collect();
    let ended = program.run(&[], input.as_bytes())?;
    expect::success(&ended)?;
    let mut lines = ended.out().into_iter().chain(repeat(""));
    let mut proof = || {
        let line = lines.next().unwrap_or_default();
        wire::from_hex(line).with_context(|| format!("the harness printed {line:?}"))
    };
    let made = proof()?;
    expect::bytes(&format!("the proof of the {role} at the other end of the same connection"), &made, &proof()?)?;
    for (what, _) in others {
        ensure!(made != proof()?, "the proof of the {role} is also right {what}");
    }
    Ok(())
}

const ALERT: u8 = 21;
const APPLICATION_DATA: u8 = 23;

/// An alert with its level, a warning, and its number.
const CLOSE_NOTIFY: &[u8] = &[1, 0];

fn notices_a_cut(program: &Program) -> Result<()> {
    let order = order()?;
    let [first, second] = order.each_ref().map(|text| record(APPLICATION_DATA, text.as_bytes()));
    let data = [first.clone(), second].concat();
    let whole = [data.clone(), record(ALERT, CLOSE_NOTIFY)].concat();
    prints(program, &whole, &order.concat())?;
    for (cut, at) in [
        ("after all records but close_notify", data.len()),
        ("between two records", first.len()),
        ("inside the text of a record", data.len() - 4),
        ("inside the first five bytes of a record", first.len() + 3),
        ("inside close_notify", whole.len() - 1),
    ] {
        fails(program, &whole[..at], &format!("the stream ends {cut}"))?;
    }
    Ok(())
}

fn notices_other_alerts(program: &Program) -> Result<()> {
    let [first, second] = order()?;
    // bad_record_mac, internal_error and user_canceled (RFC 8446, section 6).
    for number in [20, 80, 90] {
        let records = [
            record(APPLICATION_DATA, first.as_bytes()),
            record(ALERT, &[2, number]),
            record(APPLICATION_DATA, second.as_bytes()),
            record(ALERT, CLOSE_NOTIFY),
        ];
        fails(program, &records.concat(), &format!("the peer sends the alert {number}"))?;
    }
    Ok(())
}

fn ignores_what_follows(program: &Program) -> Result<()> {
    let [first, second] = order()?;
    let mut records = [record(APPLICATION_DATA, first.as_bytes()), record(ALERT, CLOSE_NOTIFY)].concat();
    prints(program, &[records.clone(), record(APPLICATION_DATA, second.as_bytes())].concat(), &first)?;
    records.extend([22, 3]);
    prints(program, &records, &first)
}

/// Returns a text in two parts. The first by itself means something else.
fn order() -> Result<[String; 2]> {
    let amount = 100 + random::below(900)?;
    Ok([format!("pay {amount}"), " back to me".to_owned()])
}

fn record(content_type: u8, content: &[u8]) -> Vec<u8> {
    [&[content_type, 3, 3], &(content.len() as u16).to_be_bytes()[..], content].concat()
}

fn prints(program: &Program, records: &[u8], text: &str) -> Result<()> {
    let ended = program.run(&[], records)?;
    expect::success(&ended)?;
    expect::same("what your program printed", text, &ended.out().join("\n"))
}

fn fails(program: &Program, records: &[u8], situation: &str) -> Result<()> {
    let ended = program.run(&[], records)?;
    let printed = ended.out().join("\n");
    ensure!(
        printed.is_empty(),
        "if {situation}, your program prints {printed:?}; it should print an error and no text"
    );
    ensure!(!ended.status.success(), "if {situation}, your program ends with status 0, as if all were well");
    Ok(())
}

fn knows_who_listens(program: &Program) -> Result<()> {
    program.predicts("Ann, who records lesson 2", "yes")?;
    program.predicts("Ben, who records the naive programs of lesson 8", "no")
}

fn knows_who_reads_naive_programs(program: &Program) -> Result<()> {
    program.predicts("Cem, between them with his own certificate", "yes")?;
    program.predicts("Dora, between them with the stolen private key, and a binding to the certificate", "yes")
}

fn knows_who_reads_robust_programs(program: &Program) -> Result<()> {
    program.predicts("Eve, between tls-server and tls-client with her own certificate", "no")?;
    program.predicts("Finn, between them with the stolen private key", "no")
}

fn knows_what_nothing_protects_from(program: &Program) -> Result<()> {
    program.predicts("Gita, between them with the shared key", "yes")?;
    program.predicts("Hugo, who records them and has the key log", "yes")
}
