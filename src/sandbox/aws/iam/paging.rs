//! Paging of listings: `MaxItems` and `Marker` in, `IsTruncated` and `Marker` out.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::super::Call;
use super::super::checks::Checks;
use super::super::protocol::{AwsError, Xml};
use super::validation;

const DEFAULT_PAGE: usize = 100;

/// One page of a listing and the elements that tell whether there is more.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) tail: Vec<Xml>,
}

/// Cuts the page that the request asks for out of `all`, which is ordered by `key`.
pub(super) fn page<T>(
    call: &Call<'_>,
    all: Vec<T>,
    key: impl Fn(&T) -> String,
) -> Result<Page<T>, AwsError> {
    let size = page_size(call)?;
    let after = call.form.get("Marker").map(read_marker).transpose()?;
    let mut rest = all
        .into_iter()
        .filter(|item| after.as_ref().is_none_or(|after| key(item) > *after));
    let items: Vec<T> = rest.by_ref().take(size).collect();
    let truncated = rest.next().is_some();
    let mut tail = vec![Xml::text("IsTruncated", truncated)];
    if let Some(last) = items.last().filter(|_| truncated) {
        tail.push(Xml::text("Marker", URL_SAFE_NO_PAD.encode(key(last))));
    }
    Ok(Page { items, tail })
}

fn page_size(call: &Call<'_>) -> Result<usize, AwsError> {
    let Some(text) = call.form.get("MaxItems") else {
        return Ok(DEFAULT_PAGE);
    };
    let size = text.parse::<i64>().unwrap_or_default();
    let mut checks = Checks::default();
    checks
        .range("maxItems", size, 1, 1_000)
        .finish("ValidationError")?;
    Ok(usize::try_from(size).unwrap_or(DEFAULT_PAGE))
}

fn read_marker(marker: &str) -> Result<String, AwsError> {
    let bytes = URL_SAFE_NO_PAD.decode(marker).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| validation("Invalid Marker."))
}
