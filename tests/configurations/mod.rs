//! Whole configurations against what the real Terraform makes of them.
//!
//! [`generator`] makes up configurations over `terraform_data`, and changes of them: a case has one to three steps over
//! one state, in either syntax and with override files. Each is planned, applied and planned again by both tools; [`answer`] says what has to be the same.

pub(crate) mod answer;
pub(crate) mod case;
mod change;
mod draw;
mod generator;
mod mistake;
mod model;
pub(crate) mod oracle;
mod order;
mod ours;
mod record;
mod refer;
mod render;
pub(crate) mod shrink;
mod spelling;
mod world;

pub(crate) use record::trials;
