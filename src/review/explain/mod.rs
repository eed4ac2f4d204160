//! The way from a service account to its role, told as it will go: annotation, pod, token, trust policy, STS, verdict.

mod human;
mod json;
mod markdown;
mod policy;
mod steps;
#[cfg(test)]
mod tests;
mod verdict;
mod yaml;

pub use human::explained_text;
pub use json::explained_json;
pub use markdown::explained_markdown;
pub use verdict::{decision_json, decision_text};
