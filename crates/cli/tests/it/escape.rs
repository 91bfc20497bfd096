//! What a peer sends cannot control the operator's terminal, and ordinary text stays unchanged.

use cli::escape;

#[test]
fn control_characters_and_direction_changes_are_escaped() {
    assert_eq!(escape(b"a\tb\nc\rd"), r"a\tb\nc\rd");
    let c0_and_del = ('\0'..' ').filter(|char| !"\t\n\r".contains(*char)).chain(['\x7f']);
    // A terminal may interpret C1 as ESC and a letter.
    let c1 = '\u{80}'..='\u{9f}';
    let separators_and_directions = ('\u{2028}'..='\u{202e}').chain('\u{2066}'..='\u{2069}');
    for char in c0_and_del.chain(c1).chain(separators_and_directions) {
        assert_eq!(escape(format!("a{char}b").as_bytes()), format!("a\\u{{{:x}}}b", u32::from(char)));
    }
    assert_eq!(escape(b"\x1b[2J\x1b]0;title\x07"), "\\u{1b}[2J\\u{1b}]0;title\\u{7}");
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
