//! A package from its address into a folder: repositories, archives, folders of this machine, and pages that say where a
//! module is.

use super::archive::{Form, unpack};
use super::bucket::{ObjectAddress, Objects};
use super::git::Repository;
use super::http::{Answer, Http, shown};
use super::source::{RemoteSource, Source};
use super::tree;
use md5::Digest as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use url::Url;

/// No larger archive is taken.
const LIMIT: usize = 512 << 20;
/// Pages may name pages; so often.
const PAGES: usize = 5;

/// What packages are fetched with.
#[derive(Clone)]
pub(super) struct Means {
    /// For archives and pages.
    pub(super) http: Http,
    /// For objects of S3.
    pub(super) objects: Arc<dyn Objects>,
}

/// Fetches a package into a folder that does not exist yet, and says which commit it is, where it is one. A commit that
/// is given is taken in place of the one that the address names now.
///
/// # Errors
/// Why it cannot be had, as a phrase.
pub(super) async fn fetch(
    means: &Means,
    remote: &RemoteSource,
    commit: Option<String>,
    folder: PathBuf,
) -> Result<Option<String>, String> {
    let mut remote = remote.clone();
    for _ in 0..PAGES {
        let (way, address) = remote.way();
        match way {
            "git" => {
                let repository = Repository::parse(address)?;
                let into = folder.clone();
                return blocking(move || {
                    let commit = repository.fetch(commit.as_deref(), &into)?;
                    tree::check_links(&into).map_err(|error| error.to_string())?;
                    Ok(Some(commit))
                })
                .await;
            }
            "file" => {
                let address = address.to_owned();
                return blocking(move || local(&address, &folder).map(|()| None)).await;
            }
            "http" | "https" => match over_http(&means.http, address, &folder).await? {
                None => return Ok(None),
                Some(next) => remote = next,
            },
            "s3" => {
                return object(means.objects.as_ref(), address, folder)
                    .await
                    .map(|()| None);
            }
            "gcs" | "hg" => {
                return Err(format!(
                    "sources of the kind `{way}::` are not supported; git, archives over HTTPS and in S3, and registries are"
                ));
            }
            _ => return Err(format!("nothing is fetched over `{way}`")),
        }
    }
    Err("one page names the next without end".to_owned())
}

/// Runs what waits for the disk or another program.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| error.to_string())?
}

/// An address whose query says what is to be done with what it leads to.
struct Download {
    url: Url,
    form: Option<Form>,
    checksum: Option<String>,
}

impl Download {
    fn parse(address: &str) -> Result<Download, String> {
        let mut url =
            Url::parse(address).map_err(|error| format!("{address} is no URL: {error}"))?;
        let mut form = Form::of_path(url.path());
        let mut checksum = None;
        let mut others = Vec::new();
        for (name, value) in url.query_pairs() {
            match (name.as_ref(), value.as_ref()) {
                ("archive", "false" | "0") => form = None,
                ("archive", named) => {
                    let known = Form::named(named).ok_or_else(|| {
                        format!("`archive={named}` is no kind of archive that is known")
                    })?;
                    form = Some(known);
                }
                ("checksum", sum) => checksum = Some(sum.to_owned()),
                _ => others.push((name.into_owned(), value.into_owned())),
            }
        }
        url.set_query(None);
        if !others.is_empty() {
            url.query_pairs_mut().extend_pairs(others);
        }
        Ok(Download {
            url,
            form,
            checksum,
        })
    }

    fn unpack(&self, bytes: &[u8], form: Form, folder: &Path) -> Result<(), String> {
        if let Some(checksum) = &self.checksum {
            verify(bytes, checksum)?;
        }
        unpack(bytes, form, folder)
    }
}

/// A folder or an archive of this machine. A folder is not copied but linked to, as Terraform does.
fn local(address: &str, folder: &Path) -> Result<(), String> {
    let download = Download::parse(address)?;
    let path = download
        .url
        .to_file_path()
        .map_err(|()| format!("{address} names no file"))?;
    if path.is_dir() {
        return std::os::unix::fs::symlink(&path, folder).map_err(|error| error.to_string());
    }
    let form = download
        .form
        .ok_or_else(|| format!("{} is neither a folder nor an archive", path.display()))?;
    let bytes = std::fs::read(&path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    download.unpack(&bytes, form, folder)
}

/// An archive in a bucket.
async fn object(objects: &dyn Objects, address: &str, folder: PathBuf) -> Result<(), String> {
    let download = Download::parse(address)?;
    let object = ObjectAddress::parse(&download.url)?;
    let form = download.form.ok_or_else(|| {
        format!(
            "`{}` names no archive: write what it is behind the key, as `?archive=zip`",
            object.key
        )
    })?;
    let bytes = objects.get(&object, LIMIT).await?;
    blocking(move || download.unpack(&bytes, form, &folder)).await
}

/// An archive, or a page that says where the module is; then that is the answer.
async fn over_http(
    http: &Http,
    address: &str,
    folder: &Path,
) -> Result<Option<RemoteSource>, String> {
    let download = Download::parse(address)?;
    let mut url = download.url.clone();
    if download.form.is_none() {
        url.query_pairs_mut().append_pair("terraform-get", "1");
    }
    let answer = http.get(&url, None, LIMIT).await?;
    if !(200..300).contains(&answer.status) {
        return Err(format!(
            "{} answered with status {}",
            shown(&url),
            answer.status
        ));
    }
    let Some(form) = download.form else {
        return named(&answer).map(Some);
    };
    let folder = folder.to_owned();
    blocking(move || download.unpack(&answer.body, form, &folder).map(|()| None)).await
}

/// The source that a page names: in a header, or in a `meta` element.
fn named(answer: &Answer) -> Result<RemoteSource, String> {
    let none = || {
        format!(
            "{} is no archive, and does not say where a module is",
            shown(&answer.url)
        )
    };
    let text = match answer.headers.get("x-terraform-get") {
        Some(text) => text.clone(),
        None => meta(&String::from_utf8_lossy(&answer.body)).ok_or_else(none)?,
    };
    let text = if ["/", "./", "../"]
        .iter()
        .any(|start| text.starts_with(start))
    {
        answer
            .url
            .join(&text)
            .map_err(|error| format!("{text}: {error}"))?
            .to_string()
    } else {
        text
    };
    match Source::parse(&text) {
        Ok(Source::Remote(remote)) if remote.subdir.is_empty() && remote.way().0 != "file" => {
            Ok(remote)
        }
        Ok(_) => Err(format!(
            "{} names `{text}`, which is not the address of a package",
            shown(&answer.url)
        )),
        Err(error) => Err(format!(
            "{} names a source that is none: {error}",
            shown(&answer.url)
        )),
    }
}

/// The content of `<meta name="terraform-get" content="…">`.
fn meta(page: &str) -> Option<String> {
    let element = page.split("<meta").skip(1).find(|rest| {
        let element = rest.split('>').next().unwrap_or_default();
        element.contains("name=\"terraform-get\"")
    })?;
    let (_, content) = element.split('>').next()?.split_once("content=\"")?;
    Some(content.split('"').next()?.replace("&amp;", "&"))
}

/// Whether bytes have a checksum: `sha256:…` (also `md5`, `sha1`, `sha512`), or the digits alone, whose number tells.
fn verify(bytes: &[u8], checksum: &str) -> Result<(), String> {
    let (kind, wanted) = match checksum.split_once(':') {
        Some((kind, wanted)) => (kind, wanted),
        None => match checksum.len() {
            32 => ("md5", checksum),
            40 => ("sha1", checksum),
            128 => ("sha512", checksum),
            _ => ("sha256", checksum),
        },
    };
    let found = match kind {
        "md5" => tree::hexadecimal(&md5::Md5::digest(bytes)),
        "sha1" => tree::hexadecimal(&sha1::Sha1::digest(bytes)),
        "sha256" => tree::hexadecimal(&sha2::Sha256::digest(bytes)),
        "sha512" => tree::hexadecimal(&sha2::Sha512::digest(bytes)),
        _ => return Err(format!("checksums of the kind `{kind}` are not known")),
    };
    if found == wanted.to_ascii_lowercase() {
        Ok(())
    } else {
        Err(format!(
            "the archive's checksum is {kind}:{found}, and {kind}:{wanted} is asked for"
        ))
    }
}
