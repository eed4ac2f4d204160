//! Buckets: where they are, whose they are, and whether they honour conditions.

use bytes::Bytes;
use http::Response;
use serde::{Deserialize, Serialize};

use super::super::protocol::AwsError;
use super::super::{Call, stored, typed};
use super::reply;

/// The collection of all buckets; their names are the world's.
pub(in crate::sandbox) const BUCKETS: &str = "s3/bucket";

/// A bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(in crate::sandbox) struct Bucket {
    pub(in crate::sandbox) name: String,
    /// Where it is; requests that are signed for another region are sent there.
    pub(in crate::sandbox) region: String,
    /// The account that owns it; the objects of another account's bucket are denied.
    pub(in crate::sandbox) account: String,
    /// Whether conditions of writes are honoured. Amazon S3 does; there are servers that ignore them.
    #[serde(default = "honoured")]
    pub(in crate::sandbox) conditional_writes: bool,
}

fn honoured() -> bool {
    true
}

impl Bucket {
    /// The collection of its objects.
    pub(in crate::sandbox) fn objects(&self) -> String {
        objects_of(&self.name)
    }

    /// The bucket that a request names, if it is the caller's and the request came to the right region.
    pub(super) fn find(call: &Call<'_>, name: &str) -> Result<Self, AwsError> {
        let bucket: Self = typed(call.store.get(BUCKETS, name)).ok_or_else(|| {
            AwsError::new(404, "NoSuchBucket", "The specified bucket does not exist")
                .with("BucketName", name)
        })?;
        if bucket.region != call.account.region {
            let text = "The bucket you are attempting to access must be addressed using the specified endpoint. \
                        Please send all future requests to this endpoint.";
            return Err(AwsError::new(301, "PermanentRedirect", text)
                .with("BucketRegion", bucket.region.as_str()));
        }
        if bucket.account != call.account.id {
            return Err(AwsError::new(403, "AccessDenied", "Access Denied"));
        }
        Ok(bucket)
    }
}

/// The collection of a bucket's objects.
pub(in crate::sandbox) fn objects_of(bucket: &str) -> String {
    format!("s3/object/{bucket}")
}

pub(super) fn create(call: &mut Call<'_>, name: &str) -> Result<Response<Bytes>, AwsError> {
    if call.store.get(BUCKETS, name).is_some() {
        let text =
            "Your previous request to create the named bucket succeeded and you already own it.";
        return Err(AwsError::new(409, "BucketAlreadyOwnedByYou", text));
    }
    let bucket = Bucket {
        name: name.to_owned(),
        region: call.account.region.clone(),
        account: call.account.id.clone(),
        conditional_writes: true,
    };
    call.store.put(BUCKETS, name, stored(&bucket));
    let mut response = reply::empty(200);
    reply::header(&mut response, "location", &format!("/{name}"));
    Ok(response)
}

pub(super) fn head(bucket: &Bucket) -> Response<Bytes> {
    let mut response = reply::empty(200);
    reply::header(&mut response, "x-amz-bucket-region", &bucket.region);
    response
}
