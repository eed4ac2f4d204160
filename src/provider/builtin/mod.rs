//! Types that are part of the tool itself, and those of the providers `null`, `random` and `time`: their objects exist in
//! the state alone.

mod chance;
mod ephemeral;
pub mod ephemeral_bytes;
pub mod ephemeral_password;
mod local;
pub mod null_resource;
pub mod random_bytes;
pub mod random_id;
pub mod random_integer;
pub mod random_password;
pub mod random_pet;
pub mod random_shuffle;
pub mod random_string;
pub mod random_uuid;
mod surroundings;
pub mod terraform_data;
pub mod terraform_remote_state;
#[cfg(test)]
mod testing;
pub mod time_sleep;
mod triggers;

pub use chance::{Chance, Machine, Seeded};
pub use surroundings::Surroundings;
