//! The shared files of profiles, and the region that they and the environment name.

use super::credentials::named_profile;
use crate::provider::aws::Settings;
use aws_config::Region;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::imds;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileRegionProvider, profile_file};

/// The files that the block names; `None` for the usual ones.
#[expect(
    deprecated,
    reason = "the new names of these types are in a crate that nothing else here needs"
)]
pub(super) fn files(settings: &Settings) -> Option<profile_file::ProfileFiles> {
    use profile_file::ProfileFileKind;
    if settings.config_files.is_empty() && settings.credentials_files.is_empty() {
        return None;
    }
    let mut files = profile_file::ProfileFiles::builder();
    if settings.config_files.is_empty() {
        files = files.include_default_config_file(true);
    }
    if settings.credentials_files.is_empty() {
        files = files.include_default_credentials_file(true);
    }
    for path in &settings.config_files {
        files = files.with_file(ProfileFileKind::Config, path);
    }
    for path in &settings.credentials_files {
        files = files.with_file(ProfileFileKind::Credentials, path);
    }
    Some(files.build())
}

/// The region: the block's, the environment's, the profile's, the instance's.
pub(super) fn region(settings: &Settings, metadata: Option<imds::Client>) -> RegionProviderChain {
    let configured = settings.region.clone().map(Region::new);
    let mut profile = ProfileFileRegionProvider::builder();
    if let Some(name) = named_profile(settings) {
        profile = profile.profile_name(name);
    }
    if let Some(files) = files(settings) {
        profile = profile.profile_files(files);
    }
    let chain = RegionProviderChain::first_try(configured)
        .or_else(EnvironmentVariableRegionProvider::new())
        .or_else(profile.build());
    match metadata {
        None => chain,
        Some(client) => {
            let instance = imds::region::ImdsRegionProvider::builder().imds_client(client);
            chain.or_else(instance.build())
        }
    }
}

/// Whether a text has the form of a region, as `eu-west-1` and `us-gov-east-1` have.
///
/// See <https://docs.aws.amazon.com/general/latest/gr/rande.html>.
pub(super) fn is_a_region(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    let [words @ .., number] = parts.as_slice() else {
        return false;
    };
    let is_word =
        |word: &&str| word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    (2..=3).contains(&words.len())
        && words.iter().all(is_word)
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}
