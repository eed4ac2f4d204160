//! Types that are part of the tool itself.

pub mod terraform_data;
pub mod terraform_remote_state;
