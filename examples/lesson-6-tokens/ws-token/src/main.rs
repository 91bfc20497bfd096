//! Lesson 6, tokens: mints one, which lets its holder in at ws-server until it expires.
//!
//! Run with `cargo run -p ws-token -- --user someone@example.com --expires-in 60s`.

use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use cli::{escape, say};
use email_address::{EmailAddress, Error, Options};
use keysource::KeySource;
use token::Claims;

/// The tutorial's own, and so everyone's.
const TUTORIAL_KEY: &str = "secret_key";

/// Mints a token for a user of ws-server.
#[derive(Parser)]
struct Args {
    /// Whom the token names: an e-mail address
    #[arg(long, value_name = "EMAIL")]
    user: String,
    /// How long from now it ends
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    expires_in: Duration,
    /// How long from now it begins; without it, at once
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    valid_in: Option<Duration>,
    #[command(flatten)]
    key: KeySource,
}

fn main() -> ExitCode {
    cli::exit_code("ws-token", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    check_address(&args.user).with_context(|| format!("--user {}", escape(args.user.as_bytes())))?;
    ensure!(!args.expires_in.is_zero(), "--expires-in: a token that ends at once lets nobody in");
    if let Some(valid_in) = args.valid_in {
        ensure!(valid_in < args.expires_in, "--valid-in: a token that does not begin before its end lets nobody in");
    }
    let key = args.key.load_for_hs256(TUTORIAL_KEY)?;
    let claims =
        Claims { user_id: args.user, exp: from_now(args.expires_in)?, nbf: args.valid_in.map(from_now).transpose()? };
    say!("{}", token::mint(&claims, &key)?);
    Ok(())
}

/// One address and nothing else, at a domain with a point in it. That it has the form does not say that mail arrives there.
fn check_address(text: &str) -> Result<(), Error> {
    let address =
        EmailAddress::parse_with_options(text, Options::default().without_display_text().with_required_tld())?;
    // The library takes a bracketed address after a space for one without a name.
    if address.email() == text { Ok(()) } else { Err(Error::UnsupportedDisplayName) }
}

/// Seconds since 1970, to the millisecond.
fn from_now(time: Duration) -> Result<f64> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock stands before 1970")?;
    Ok(((now.as_secs_f64() + time.as_secs_f64()) * 1000.0).round() / 1000.0)
}
