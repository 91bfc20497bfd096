//! Without a server there is one line that says what to do, and status 1.

mod ended;

use anyhow::Result;
use programs::Unanswered;

#[test]
fn nothing_listens() -> Result<()> {
    let unanswered = Unanswered::new()?;
    let address = unanswered.address()?.to_string();
    let ended = ended::ended(&["--connect", &address])?;
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(
        ended.err(),
        [format!(
            "echo-client: cannot connect to {address}: nothing listens there; start the server first, \
             or say where it is (--connect HOST:PORT)"
        )]
    );
    assert_eq!(ended.out(), [""; 0]);
    Ok(())
}

#[test]
fn the_name_does_not_resolve() -> Result<()> {
    let ended = ended::ended(&["--connect", "nowhere.invalid:9527"])?;
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(
        ended.err(),
        ["echo-client: cannot resolve nowhere.invalid: no address is known for that name; check its spelling"]
    );
    assert_eq!(ended.out(), [""; 0]);
    Ok(())
}
