//! Which texts are valid addresses, and how an address is displayed.

use cli::Address;

#[test]
fn valid_forms() -> Result<(), String> {
    for text in [
        "127.0.0.1:9527",
        "localhost:9527",
        "example.com:1",
        "0.0.0.0:0",
        "a:65535",
        "[::1]:9527",
        "[::]:0",
        "[fe80::1]:80",
    ] {
        assert_eq!(text.parse::<Address>()?.to_string(), text);
    }
    Ok(())
}

#[test]
fn invalid_forms() {
    for text in [
        "",
        ":",
        "localhost",
        "9527",
        ":9527",
        "localhost:",
        "localhost:http",
        "localhost:65536",
        "localhost:-1",
        "localhost:+1",
        "localhost: 1",
        "[::1]",
        "[::1]9527",
        "[::1:9527",
        "::1]:9527",
        "[]:9527",
        // Without brackets, it is unclear where the port begins.
        "::1",
        "::1:9527",
        "fe80::1:9527",
        "http://localhost:9527",
    ] {
        let parsed = text.parse::<Address>();
        assert_eq!(
            parsed.as_ref().map(ToString::to_string).map_err(String::as_str),
            Err("expected HOST:PORT, such as 127.0.0.1:9527 or localhost:9527"),
            "{text:?}"
        );
    }
}
