//! One test binary; each module tests one behaviour.

mod colour;
mod ends_early;
mod goes_wrong;
mod leaves_nothing;
mod names_what_is_there;
mod one_lesson;
mod shared;
mod step;
mod to_its_end;
