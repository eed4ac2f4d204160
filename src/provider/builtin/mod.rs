//! Types that are part of the tool itself.

pub mod terraform_data;
