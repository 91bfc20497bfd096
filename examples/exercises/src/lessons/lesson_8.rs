use anyhow::Result;

use crate::exercise::Exercise;
use crate::program::Program;

/// The exercises of lesson 8.
pub(crate) const EXERCISES: &[Exercise] = &[Exercise {
    lesson: 8,
    name: "who-can-read",
    checks: &[
        ("knows who can read by listening only", knows_who_listens),
        ("knows what an attacker in the middle of the naive programs can read", knows_who_reads_naive_programs),
        ("knows what an attacker in the middle of the robust programs can read", knows_who_reads_robust_programs),
        ("knows what nothing protects from", knows_what_nothing_protects_from),
    ],
}];

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
