//! Objects of S3 as sources of modules name them: `s3::https://s3-eu-west-1.amazonaws.com/bucket/module.zip`.
//!
//! Which part is the bucket and which the region follows <https://developer.hashicorp.com/terraform/language/modules/sources#s3-bucket>
//! and S3's own forms of addresses. How an object is reached is told by whoever installs.

use super::http::shown;
use percent_encoding::percent_decode_str;
use std::future::Future;
use std::pin::Pin;
use url::Url;

/// The region of an address that names none.
const REGION: &str = "us-east-1";

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectAddress {
    /// The bucket.
    pub bucket: String,
    /// The key, without a slash in front.
    pub key: String,
    /// The region of the bucket.
    pub region: String,
    /// The address of S3, where it is not Amazon's.
    pub endpoint: Option<String>,
    /// The profile whose credentials count.
    pub profile: Option<String>,
}

/// What comes of asking for an object.
pub type Content<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, String>> + Send + 'a>>;

/// Reaches objects as everything else of AWS is reached.
pub trait Objects: Send + Sync {
    /// The content of an object that has no more than so many bytes.
    ///
    /// # Errors
    /// Why it cannot be had, as a phrase.
    fn get<'a>(&'a self, object: &'a ObjectAddress, limit: usize) -> Content<'a>;
}

impl ObjectAddress {
    /// Reads an address, whose query may say `region` and `aws_profile`.
    ///
    /// # Errors
    /// No bucket or key is named, or the query asks for what is not supported.
    pub(super) fn parse(url: &Url) -> Result<ObjectAddress, String> {
        let host = url.host_str().unwrap_or_default();
        let path = percent_decode_str(url.path())
            .decode_utf8()
            .map_err(|_| format!("the key in {} is no UTF-8", shown(url)))?;
        let path = path.trim_start_matches('/');
        let (mut region, mut profile) = (None, None);
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                "region" => region = Some(value.into_owned()),
                "aws_profile" => profile = Some(value.into_owned()),
                "version" => {
                    return Err(
                        "`version` is not supported: the newest version of an object is taken"
                            .to_owned(),
                    );
                }
                other => {
                    return Err(format!(
                        "`{other}` is not supported in an address of S3, which takes `region` and `aws_profile`; credentials \
                         come from where AWS's tools find them"
                    ));
                }
            }
        }
        // The same buckets, reached over IPv6 too.
        let host = host.replacen("s3.dualstack.", "s3.", 1);
        let (bucket, key, named, endpoint) = match amazon(&host) {
            Some((Some(bucket), named)) => (bucket, path, named, None),
            Some((None, named)) => {
                let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
                (bucket, key, named, None)
            }
            None => {
                let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
                (bucket, key, None, Some(url.origin().ascii_serialization()))
            }
        };
        if bucket.is_empty() || key.is_empty() {
            return Err(format!("{} names no object of a bucket", shown(url)));
        }
        Ok(ObjectAddress {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            region: named
                .map(str::to_owned)
                .or(region)
                .unwrap_or_else(|| REGION.to_owned()),
            endpoint,
            profile,
        })
    }
}

/// The bucket and the region that a host of Amazon's names; `None` for other hosts.
fn amazon(host: &str) -> Option<(Option<&str>, Option<&str>)> {
    let name = host
        .strip_suffix(".amazonaws.com")
        .or_else(|| host.strip_suffix(".amazonaws.com.cn"))?;
    if name == "s3" {
        return Some((None, None));
    }
    if let Some(bucket) = name.strip_suffix(".s3") {
        return Some((Some(bucket), None));
    }
    for mark in ["s3.", "s3-"] {
        if let Some(region) = name.strip_prefix(mark).filter(|rest| !rest.contains('.')) {
            return Some((None, Some(region)));
        }
    }
    let (before, region) = [".s3.", ".s3-"]
        .iter()
        .find_map(|mark| name.rsplit_once(mark))?;
    Some((Some(before), Some(region)))
}
