//! OIDC providers: one a URL, its client ids, its thumbprints.

use serde::{Deserialize, Serialize};

use super::super::checks::Checks;
use super::super::protocol::{Answer, AwsError, Xml};
use super::super::{Call, stored, typed};
use super::names::arn;
use super::tags::{self, Tags};
use super::{
    PROVIDER, already_exists, invalid_input, limit_exceeded, no_such_entity, required, validation,
};

const PROVIDERS: usize = 100;
const CLIENT_IDS: usize = 100;
const THUMBPRINTS: usize = 5;

/// What IAM finds by itself for the issuers of EKS: the top intermediate CA of their servers.
const FOUND_THUMBPRINT: &str = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";

/// An OIDC provider as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sandbox) struct Provider {
    #[serde(default)]
    pub(in crate::sandbox) arn: String,
    /// Without `https://`, as IAM returns it.
    pub(in crate::sandbox) url: String,
    #[serde(default, rename = "ClientIDList")]
    pub(in crate::sandbox) client_ids: Vec<String>,
    #[serde(default)]
    pub(in crate::sandbox) thumbprint_list: Vec<String>,
    #[serde(default)]
    pub(in crate::sandbox) create_date: String,
    #[serde(default)]
    pub(in crate::sandbox) tags: Tags,
    /// Until then reads do not find the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) visible_from: Option<jiff::Timestamp>,
}

pub(super) fn create(call: &mut Call<'_>) -> Answer {
    let given = required(call, "Url")?.to_owned();
    let url = checked_url(&given)?;
    let client_ids = client_ids_of_request(call)?;
    let thumbprint_list = match call
        .form
        .list("ThumbprintList")
        .filter(|list| !list.is_empty())
    {
        Some(list) => checked_thumbprints(list)?,
        None => vec![FOUND_THUMBPRINT.to_owned()],
    };
    let tags = tags::of_request(call)?;
    let collection = call.global(PROVIDER);
    if call.store.get(&collection, &url).is_some() {
        return Err(already_exists(format!(
            "Provider with url https://{url} already exists."
        )));
    }
    if call.store.list(&collection).count() >= PROVIDERS {
        return Err(limit_exceeded(format!(
            "Cannot exceed quota for OpenIdConnectProvidersPerAccount: {PROVIDERS}"
        )));
    }
    let arn = arn(call, "oidc-provider", &url);
    let (create_date, visible_from) = (call.created(), call.visible_from());
    let provider = Provider {
        arn,
        url,
        client_ids,
        thumbprint_list,
        create_date,
        tags,
        visible_from,
    };
    save(call, &provider);
    let mut result = vec![Xml::text("OpenIDConnectProviderArn", &provider.arn)];
    result.extend((!provider.tags.is_empty()).then(|| tags::element(&provider.tags)));
    Ok(Some(result))
}

pub(super) fn get(call: &mut Call<'_>) -> Answer {
    let provider = of_request(call)?;
    Ok(Some(vec![
        Xml::text("Url", &provider.url),
        Xml::texts("ClientIDList", &provider.client_ids),
        Xml::texts("ThumbprintList", &provider.thumbprint_list),
        Xml::text("CreateDate", &provider.create_date),
        tags::element(&provider.tags),
    ]))
}

/// All of them: this listing has no pages.
pub(super) fn list(call: &Call<'_>) -> Vec<Xml> {
    let providers = call
        .store
        .list(&call.global(PROVIDER))
        .filter_map(|(_, provider)| typed::<Provider>(Some(provider)));
    let visible = providers.filter(|provider| is_visible(call, provider));
    let members: Vec<Vec<Xml>> = visible
        .map(|provider| vec![Xml::text("Arn", provider.arn)])
        .collect();
    vec![Xml::list("OpenIDConnectProviderList", members)]
}

/// Deleting a provider that is not there succeeds, as the API reference says.
pub(super) fn delete(call: &mut Call<'_>) -> Answer {
    let url = url_of_request(call)?;
    let collection = call.global(PROVIDER);
    call.store.remove(&collection, &url);
    Ok(None)
}

pub(super) fn add_client_id(call: &mut Call<'_>) -> Answer {
    let mut provider = of_request(call)?;
    let id = required(call, "ClientID")?.to_owned();
    check_client_ids(std::slice::from_ref(&id))?;
    if !provider.client_ids.contains(&id) {
        provider.client_ids.push(id);
        check_client_ids(&provider.client_ids)?;
    }
    save(call, &provider);
    Ok(None)
}

pub(super) fn remove_client_id(call: &mut Call<'_>) -> Answer {
    let mut provider = of_request(call)?;
    let id = required(call, "ClientID")?;
    provider.client_ids.retain(|known| known != id);
    save(call, &provider);
    Ok(None)
}

/// Replaces the whole list, which cannot be emptied.
pub(super) fn update_thumbprints(call: &mut Call<'_>) -> Answer {
    let mut provider = of_request(call)?;
    let list = call.form.list("ThumbprintList").unwrap_or_default();
    if list.is_empty() {
        return Err(invalid_input(
            "Thumbprint list must contain at least one entry.",
        ));
    }
    provider.thumbprint_list = checked_thumbprints(list)?;
    save(call, &provider);
    Ok(None)
}

pub(super) fn tag(call: &mut Call<'_>) -> Answer {
    let mut provider = of_request(call)?;
    tags::add(&mut provider.tags, tags::of_request(call)?)?;
    save(call, &provider);
    Ok(None)
}

pub(super) fn untag(call: &mut Call<'_>) -> Answer {
    let mut provider = of_request(call)?;
    tags::remove(call, &mut provider.tags);
    save(call, &provider);
    Ok(None)
}

pub(super) fn list_tags(call: &mut Call<'_>) -> Answer {
    let provider = of_request(call)?;
    tags::listing(call, &provider.tags).map(Some)
}

fn of_request(call: &Call<'_>) -> Result<Provider, AwsError> {
    let url = url_of_request(call)?;
    let provider: Option<Provider> = typed(call.store.get(&call.global(PROVIDER), &url));
    provider
        .filter(|provider| is_visible(call, provider))
        .ok_or_else(|| {
            let arn = call
                .form
                .get("OpenIDConnectProviderArn")
                .unwrap_or_default();
            no_such_entity(format!("OpenIDConnect Provider not found for arn {arn}"))
        })
}

fn is_visible(call: &Call<'_>, provider: &Provider) -> bool {
    provider.visible_from.is_none_or(|from| from <= call.now)
}

fn url_of_request(call: &Call<'_>) -> Result<String, AwsError> {
    let given = required(call, "OpenIDConnectProviderArn")?;
    let prefix = arn(call, "oidc-provider", "");
    let url = given.strip_prefix(&prefix).filter(|url| !url.is_empty());
    url.map(str::to_owned)
        .ok_or_else(|| validation(format!("Invalid ARN: {given}")))
}

fn save(call: &mut Call<'_>, provider: &Provider) {
    let collection = call.global(PROVIDER);
    call.store.put(&collection, &provider.url, stored(provider));
}

/// The URL without its scheme, its host in lower case. Only `https://host[/path]` is allowed: no port, no query.
fn checked_url(url: &str) -> Result<String, AwsError> {
    let mut checks = Checks::default();
    checks
        .length("url", url, 1, 255)
        .finish("ValidationError")?;
    let invalid = || validation("Invalid Open ID Connect Provider URL");
    let rest = url.strip_prefix("https://").ok_or_else(invalid)?;
    let (host, path) = rest
        .find('/')
        .map_or((rest, ""), |start| rest.split_at(start));
    let good_host = !host.is_empty()
        && host
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "-.".contains(character));
    let good_path = path
        .chars()
        .all(|character| character.is_ascii_graphic() && !"?#".contains(character));
    if !good_host || !good_path {
        return Err(invalid());
    }
    Ok(format!("{}{}", host.to_ascii_lowercase(), path))
}

fn client_ids_of_request(call: &Call<'_>) -> Result<Vec<String>, AwsError> {
    let mut ids: Vec<String> = Vec::new();
    for id in call.form.list("ClientIDList").unwrap_or_default() {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    check_client_ids(&ids)?;
    Ok(ids)
}

fn check_client_ids(ids: &[String]) -> Result<(), AwsError> {
    let mut checks = Checks::default();
    for id in ids {
        checks.length("clientID", id, 1, 255);
    }
    checks.finish("ValidationError")?;
    if ids.len() > CLIENT_IDS {
        return Err(limit_exceeded(format!(
            "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: {CLIENT_IDS}"
        )));
    }
    Ok(())
}

fn checked_thumbprints(list: Vec<String>) -> Result<Vec<String>, AwsError> {
    let mut checks = Checks::default();
    for thumbprint in &list {
        checks.length("thumbprintList", thumbprint, 40, 40);
    }
    checks.finish("ValidationError")?;
    if list.len() > THUMBPRINTS {
        return Err(invalid_input(format!(
            "Thumbprint list must contain no more than {THUMBPRINTS} entries."
        )));
    }
    if list.iter().any(|thumbprint| {
        !thumbprint
            .chars()
            .all(|character| character.is_ascii_hexdigit())
    }) {
        return Err(invalid_input(
            "Thumbprint must be a 40-character hexadecimal SHA-1 fingerprint.",
        ));
    }
    Ok(list
        .into_iter()
        .map(|thumbprint| thumbprint.to_ascii_lowercase())
        .collect())
}
