//! What a peer sends cannot control the operator's terminal, and ordinary text stays unchanged.

use cli::escape;

#[test]
fn control_characters_are_escaped() {
    // C0 and DEL.
    for byte in (0x00..0x20).chain([0x7f]) {
        let escaped = match byte {
            b'\t' => "\\t".to_owned(),
            b'\n' => "\\n".to_owned(),
            b'\r' => "\\r".to_owned(),
            _ => format!("\\u{{{byte:x}}}"),
        };
        assert_eq!(escape(&[b'a', byte, b'b']), format!("a{escaped}b"));
    }
    // C1, which a terminal may interpret as ESC and a letter.
    for char in '\u{80}'..='\u{9f}' {
        assert_eq!(escape(char.to_string().as_bytes()), format!("\\u{{{:x}}}", u32::from(char)));
    }
    assert_eq!(escape(b"\x1b[2J\x1b]0;title\x07"), "\\u{1b}[2J\\u{1b}]0;title\\u{7}");
}

#[test]
fn direction_changes_and_line_separators_are_escaped() {
    for char in ('\u{2028}'..='\u{202e}').chain('\u{2066}'..='\u{2069}') {
        assert_eq!(escape(format!("a{char}b").as_bytes()), format!("a\\u{{{:x}}}b", u32::from(char)));
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_escaped() {
    for (bytes, escaped) in [
        (&b"a\xffb"[..], "a\\xffb"),
        (b"\xe4\xb8", "\\xe4\\xb8"),
        (b"\xe4\xb8x\xad", "\\xe4\\xb8x\\xad"),
        // An overlong NUL, a surrogate, a lone C1 byte, a character beyond U+10FFFF.
        (b"\xc0\x80", "\\xc0\\x80"),
        (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
        (b"\x9b2J", "\\x9b2J"),
        (b"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"),
    ] {
        assert_eq!(escape(bytes), escaped);
    }
}

#[test]
fn ordinary_text_stays_unchanged() {
    for text in
        ["", "plain, \\ \" and '", "芝麻开门", "👩‍💻 🇨🇳 ❤️", "e\u{301} नमस्ते", "שלום עולם", "العربية", "\u{a0}\u{3000}"]
    {
        assert_eq!(escape(text.as_bytes()), text);
    }
}
