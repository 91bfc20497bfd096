//! What is no address is refused before anything is done, with status 2.

mod ended;

use anyhow::Result;

#[test]
fn it_is_refused_with_the_form_that_is_expected() -> Result<()> {
    for address in ["localhost", "localhost:65536", ":9527", "::1"] {
        let ended = ended::ended(&["--connect", address])?;
        assert_eq!(ended.status.code(), Some(2));
        assert_eq!(
            ended.err(),
            [
                &*format!(
                    "error: invalid value '{address}' for '--connect <HOST:PORT>': \
                     expected HOST:PORT, such as 127.0.0.1:9527 or localhost:9527"
                ),
                "",
                "For more information, try '--help'.",
            ]
        );
        assert_eq!(ended.out(), [""; 0]);
    }
    Ok(())
}
