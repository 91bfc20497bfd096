//! Calls `is_right` of the exercise. With the argument `times`, prints how many nanoseconds it takes for a response that
//! is wrong in its first byte, and for one that is wrong in its last. Otherwise reads lines with a response, a space and
//! the expected response, and prints for each whether it is right.

use std::env;
use std::hint::black_box;
use std::io;
use std::time::Instant;

use exercise::is_right;

fn main() -> io::Result<()> {
    if env::args().nth(1).as_deref() == Some("times") {
        let expected = vec![b'x'; 1 << 20];
        let mut wrong_first = expected.clone();
        wrong_first[0] = b'y';
        let mut wrong_last = expected.clone();
        wrong_last[expected.len() - 1] = b'y';
        println!("{} {}", nanoseconds(&wrong_first, &expected), nanoseconds(&wrong_last, &expected));
        return Ok(());
    }
    for line in io::stdin().lines() {
        let line = line?;
        let (response, expected) = line.split_once(' ').unwrap_or((&line, ""));
        println!("{}", is_right(response.as_bytes(), expected.as_bytes()));
    }
    Ok(())
}

/// Returns the shortest of several times: what else runs on the machine only makes it longer.
fn nanoseconds(response: &[u8], expected: &[u8]) -> u128 {
    let times = (0..7).map(|_| {
        let start = Instant::now();
        black_box(is_right(black_box(response), black_box(expected)));
        start.elapsed().as_nanos()
    });
    times.min().unwrap_or(0)
}
