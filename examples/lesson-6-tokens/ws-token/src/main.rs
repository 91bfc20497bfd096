//! Lesson 6, tokens: mints a token, which ws-server accepts until it expires.
//!
//! Run with `cargo run -p ws-token -- --user someone@example.com --expires-in 60s`.

use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use cli::{escape, say};
use email_address::{EmailAddress, Options};
use keysource::KeySource;
use token::Claims;

/// The tutorial's key, which is public.
const TUTORIAL_KEY: &str = "secret_key";

/// Mints a token for a user of ws-server
#[derive(Parser)]
struct Args {
    /// E-mail address of the user
    #[arg(long, value_name = "EMAIL")]
    user: String,
    /// Time until the token expires
    #[arg(long, value_name = "TIME", value_parser = cli::nonzero_duration)]
    expires_in: Duration,
    /// Time until the token becomes valid [default: now]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    valid_in: Option<Duration>,
    #[command(flatten)]
    key: KeySource,
}

fn main() -> ExitCode {
    cli::exit_code("ws-token", run(Args::parse()))
}

fn run(args: Args) -> Result<()> {
    let user = escape(args.user.as_bytes());
    ensure!(is_address(&args.user), "--user {user}: not an e-mail address, such as someone@example.com");
    ensure!(
        args.valid_in.is_none_or(|valid_in| valid_in < args.expires_in),
        "--valid-in must be shorter than --expires-in"
    );
    let key = args.key.load_for_hs256(TUTORIAL_KEY)?;
    let claims =
        Claims { user_id: args.user, exp: from_now(args.expires_in)?, nbf: args.valid_in.map(from_now).transpose()? };
    say!("{}", token::mint(&claims, &key)?);
    Ok(())
}

/// Whether the text is one e-mail address whose domain has a dot. Whether mail arrives is another question.
fn is_address(text: &str) -> bool {
    let options = Options::default().without_display_text().with_required_tld();
    // The library accepts `<address>` after a space as an address without a name.
    EmailAddress::parse_with_options(text, options).is_ok_and(|address| address.email() == text)
}

/// Returns seconds since 1970, to the millisecond.
fn from_now(time: Duration) -> Result<f64> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the system clock is set to a time before 1970")?;
    Ok(((now.as_secs_f64() + time.as_secs_f64()) * 1000.0).round() / 1000.0)
}
