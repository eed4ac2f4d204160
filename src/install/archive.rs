//! Unpacking archives of which nothing is known: nothing is written outside the folder, no link leads out of it, and
//! what comes out has a limit.

use super::tree::stays_inside;
use std::io::{Cursor, Read, Seek, Write as _};
use std::path::{Component, Path, PathBuf};

/// What may come out of an archive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// In all its files together.
    pub(super) bytes: u64,
    /// Files, folders and links.
    pub(super) entries: usize,
}

/// Far more than any module has.
const LIMITS: Limits = Limits {
    bytes: 1 << 30,
    entries: 100_000,
};

/// The forms of archives, with the endings of their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Zip,
    TarGz,
    TarBz2,
    TarXz,
}

impl Form {
    const ENDINGS: [(&'static str, Form); 7] = [
        ("zip", Form::Zip),
        ("tar.gz", Form::TarGz),
        ("tgz", Form::TarGz),
        ("tar.bz2", Form::TarBz2),
        ("tbz2", Form::TarBz2),
        ("tar.xz", Form::TarXz),
        ("txz", Form::TarXz),
    ];

    /// The form of `archive=NAME`.
    pub(super) fn named(name: &str) -> Option<Form> {
        let found = Form::ENDINGS.iter().find(|(ending, _)| *ending == name);
        found.map(|(_, form)| *form)
    }

    /// The form that a path's ending tells.
    pub(super) fn of_path(path: &str) -> Option<Form> {
        let ends = |ending: &str| {
            path.strip_suffix(ending)
                .is_some_and(|rest| rest.ends_with('.'))
        };
        let found = Form::ENDINGS.iter().find(|(ending, _)| ends(ending));
        found.map(|(_, form)| *form)
    }
}

/// Unpacks an archive into a folder, which is made.
///
/// # Errors
/// The archive is damaged, too large, or would write where it may not.
pub(super) fn unpack(bytes: &[u8], form: Form, folder: &Path) -> Result<(), String> {
    unpack_within(bytes, form, folder, LIMITS)
}

/// As [`unpack`], with other limits.
pub(super) fn unpack_within(
    bytes: &[u8],
    form: Form,
    folder: &Path,
    limits: Limits,
) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let mut target = Target {
        folder,
        limits,
        bytes: 0,
        entries: 0,
    };
    let reader = Cursor::new(bytes);
    match form {
        Form::Zip => unzip(reader, &mut target),
        Form::TarGz => untar(flate2::read::MultiGzDecoder::new(reader), &mut target),
        Form::TarBz2 => untar(bzip2::read::MultiBzDecoder::new(reader), &mut target),
        Form::TarXz => untar(lzma_rust2::XzReader::new(reader, true), &mut target),
    }
}

fn unzip(reader: impl Read + Seek, target: &mut Target<'_>) -> Result<(), String> {
    let mut archive = zip::ZipArchive::new(reader).map_err(damaged)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(damaged)?;
        let path = target.path(Path::new(entry.name()))?;
        let Some(path) = path else { continue };
        let mode = entry.unix_mode().unwrap_or(0o644);
        if entry.is_dir() {
            target.directory(&path)?;
        } else if entry.is_symlink() {
            let mut named = String::new();
            entry.read_to_string(&mut named).map_err(damaged)?;
            target.link(&path, Path::new(&named))?;
        } else {
            target.file(&path, &mut entry, mode)?;
        }
    }
    Ok(())
}

fn untar(reader: impl Read, target: &mut Target<'_>) -> Result<(), String> {
    let mut archive = tar::Archive::new(reader);
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let kind = entry.header().entry_type();
        if kind.is_pax_global_extensions() {
            continue;
        }
        let name = entry.path().map_err(damaged)?.into_owned();
        let Some(path) = target.path(&name)? else {
            continue;
        };
        let mode = entry.header().mode().unwrap_or(0o644);
        if kind.is_dir() {
            target.directory(&path)?;
        } else if kind.is_symlink() {
            let named = entry
                .link_name()
                .map_err(damaged)?
                .unwrap_or_default()
                .into_owned();
            target.link(&path, &named)?;
        } else if kind.is_file() {
            target.file(&path, &mut entry, mode)?;
        } else {
            return Err(format!(
                "the entry {} is neither a file, nor a folder, nor a symbolic link",
                name.display()
            ));
        }
    }
    Ok(())
}

fn damaged(error: impl std::fmt::Display) -> String {
    format!("the archive is damaged: {error}")
}

/// Where an archive is unpacked, and how much came out of it.
struct Target<'a> {
    folder: &'a Path,
    limits: Limits,
    bytes: u64,
    entries: usize,
}

impl Target<'_> {
    /// The path of an entry within the folder; `None` for the folder itself.
    fn path(&mut self, name: &Path) -> Result<Option<PathBuf>, String> {
        self.entries += 1;
        if self.entries > self.limits.entries {
            return Err(format!(
                "the archive has more than {} entries",
                self.limits.entries
            ));
        }
        let mut path = PathBuf::new();
        for component in name.components() {
            match component {
                Component::Normal(part) => path.push(part),
                Component::CurDir => {}
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                    return Err(format!(
                        "the entry {} leads out of the archive",
                        name.display()
                    ));
                }
            }
        }
        Ok(Some(path).filter(|path| !path.as_os_str().is_empty()))
    }

    fn directory(&self, path: &Path) -> Result<(), String> {
        self.check_way(path)?;
        std::fs::create_dir_all(self.folder.join(path)).map_err(|error| failed(path, &error))
    }

    fn link(&self, path: &Path, named: &Path) -> Result<(), String> {
        if !stays_inside(path, named) {
            return Err(format!(
                "the link {} leads out of the archive, to {}",
                path.display(),
                named.display()
            ));
        }
        let place = self.place(path)?;
        std::os::unix::fs::symlink(named, place).map_err(|error| failed(path, &error))
    }

    fn file(&mut self, path: &Path, content: &mut impl Read, mode: u32) -> Result<(), String> {
        use std::os::unix::fs::PermissionsExt as _;
        let place = self.place(path)?;
        let mut file = std::fs::File::create_new(&place).map_err(|error| failed(path, &error))?;
        let mut buffer = vec![0; 64 << 10];
        loop {
            let read = content.read(&mut buffer).map_err(damaged)?;
            let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else {
                break;
            };
            self.bytes += chunk.len() as u64;
            if self.bytes > self.limits.bytes {
                return Err(format!(
                    "more than {} bytes come out of the archive",
                    self.limits.bytes
                ));
            }
            file.write_all(chunk)
                .map_err(|error| failed(path, &error))?;
        }
        let mode = 0o644 | (mode & 0o111);
        std::fs::set_permissions(&place, std::fs::Permissions::from_mode(mode))
            .map_err(|error| failed(path, &error))
    }

    /// Where an entry is written. A later entry of the same name replaces the one before.
    fn place(&self, path: &Path) -> Result<PathBuf, String> {
        self.check_way(path)?;
        let place = self.folder.join(path);
        let prepare = || {
            if let Some(parent) = place.parent() {
                std::fs::create_dir_all(parent)?;
            }
            super::tree::remove(&place)
        };
        prepare().map_err(|error: std::io::Error| failed(path, &error))?;
        Ok(place)
    }

    /// Refuses a path that goes through a link.
    fn check_way(&self, path: &Path) -> Result<(), String> {
        let mut way = self.folder.to_path_buf();
        let parents = path.parent().into_iter().flat_map(Path::components);
        for component in parents {
            way.push(component);
            let is_link = way
                .symlink_metadata()
                .is_ok_and(|metadata| metadata.is_symlink());
            if is_link {
                return Err(format!("the entry {} goes through a link", path.display()));
            }
        }
        Ok(())
    }
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{} cannot be written: {error}", path.display())
}
