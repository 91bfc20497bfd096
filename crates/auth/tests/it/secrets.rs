//! A key never prints itself.

use auth::{Key, KeyError};

#[test]
fn debug_output_does_not_contain_the_key() -> Result<(), KeyError> {
    for key in ["k", "open sesame", "芝麻开门", &"k".repeat(Key::MAX_LEN)] {
        let key = Key::new(key)?;
        assert_eq!(format!("{key:?}"), "Key(secret)");
        assert_eq!(format!("{key:#?}"), "Key(secret)");
        assert_eq!(format!("{:?}", Some(key)), "Some(Key(secret))");
    }
    Ok(())
}
