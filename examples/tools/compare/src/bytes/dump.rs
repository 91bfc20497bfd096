//! Bytes as hex and text, and the difference between two such dumps.

use similar::TextDiff;

/// Bytes, where `None` is one that is new each time and was found to be well.
pub(super) type Masked = Vec<Option<u8>>;

/// Bytes of which none is new each time.
pub(super) fn shown(bytes: &[u8]) -> impl Iterator<Item = Option<u8>> {
    bytes.iter().copied().map(Some)
}

const BYTES_IN_A_ROW: usize = 16;

/// A unified diff of the two, what must pass first.
pub(super) fn diff(expected: &[Option<u8>], seen: &[Option<u8>]) -> String {
    let (expected, seen) = (dump(expected), dump(seen));
    TextDiff::from_lines(&expected, &seen).unified_diff().header("must pass", "passed").to_string()
}

/// `68 65 6c 6c 6f  |hello|`, sixteen bytes a row; a byte that is masked is `--`.
fn dump(bytes: &[Option<u8>]) -> String {
    let row = |(number, row): (usize, &[Option<u8>])| {
        let hex: Vec<String> = row.iter().map(|byte| byte.map_or("--".to_owned(), |byte| wire::hex(&[byte]))).collect();
        let text: String = row.iter().map(|byte| letter(*byte)).collect();
        let width = 3 * BYTES_IN_A_ROW - 1;
        format!("{:04x}  {:width$}  |{text}|\n", number * BYTES_IN_A_ROW, hex.join(" "))
    };
    bytes.chunks(BYTES_IN_A_ROW).enumerate().map(row).collect()
}

fn letter(byte: Option<u8>) -> char {
    match byte {
        None => '-',
        Some(byte @ b' '..=b'~') => char::from(byte),
        Some(_) => '.',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_diffed_where_it_differs() {
        let seen = |text: &str| [vec![None; 16], text.bytes().map(Some).collect()].concat();
        let expected = "\
--- must pass
+++ passed
@@ -1,2 +1,2 @@
 0000  -- -- -- -- -- -- -- -- -- -- -- -- -- -- -- --  |----------------|
-0010  68 69 0d 0a                                      |hi..|
+0010  68 69 2f 72 2f 6e                                |hi/r/n|
";
        assert_eq!(diff(&seen("hi\r\n"), &seen("hi/r/n")), expected);
    }
}
