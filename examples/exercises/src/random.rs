//! Fresh randomness for each check, so that no constant passes.

use anyhow::Result;
use rand::TryRng;
use rand::rngs::SysRng;

/// Returns a random number that is less than `limit`, which must not be 0. It is not exactly uniform.
///
/// # Errors
/// Returns an error if the system has no random numbers.
pub fn below(limit: usize) -> Result<usize> {
    Ok(SysRng.try_next_u32()? as usize % limit)
}

/// Returns random bytes.
///
/// # Errors
/// Returns an error if the system has no random numbers.
pub fn bytes(count: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    SysRng.try_fill_bytes(&mut bytes)?;
    Ok(bytes)
}

/// Returns a text of so many characters, each chosen from these.
///
/// # Errors
/// Returns an error if the system has no random numbers.
pub fn text(count: usize, characters: &[char]) -> Result<String> {
    (0..count).map(|_| Ok(characters[below(characters.len())?])).collect()
}
