//! Building a Go program of this repository, once per content of its sources.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use sha2::{Digest as _, Sha256};

use crate::{folder, program};

/// A program whose sources are a folder of `tests/services`.
pub(crate) struct GoProgram {
    /// The folder, which is the program's name too.
    pub(crate) name: &'static str,
    /// The files that it is built from.
    pub(crate) sources: &'static [&'static str],
    /// What the linker is told.
    pub(crate) linker_flags: &'static str,
    /// What is said while it is built, since silence would look like a hang.
    pub(crate) announcement: &'static str,
}

impl GoProgram {
    /// The path of the built program, which is built first where its sources are new to this `target` folder.
    ///
    /// Two runs that want it at the same time build it once: the second waits for the first.
    pub(crate) fn binary(&self) -> io::Result<PathBuf> {
        let sources = folder::repository().join("tests/services").join(self.name);
        let built = folder::services().join(self.name);
        fs::create_dir_all(&built)?;
        let lock = File::create(built.join("lock"))?;
        lock.lock()?;
        let binary = built.join(self.name);
        let stamp = built.join("stamp");
        let digest = self.digest(&sources)?;
        if !binary.is_file() || fs::read_to_string(&stamp).ok().as_deref() != Some(&*digest) {
            self.build(&sources, &binary)?;
            fs::write(stamp, digest)?;
        }
        Ok(binary)
    }

    /// A digest of everything that decides what the binary is.
    fn digest(&self, sources: &Path) -> io::Result<String> {
        let mut hash = Sha256::new();
        hash.update(self.linker_flags);
        for name in self.sources {
            let content = fs::read(sources.join(name))?;
            hash.update(format!("\n{name} {}\n", content.len()));
            hash.update(content);
        }
        let mut text = String::new();
        for byte in hash.finalize() {
            write!(text, "{byte:02x}").ok();
        }
        Ok(text)
    }

    #[expect(
        clippy::print_stderr,
        reason = "minutes of silence would look like a hang"
    )]
    fn build(&self, sources: &Path, binary: &Path) -> io::Result<()> {
        let go = program::find("go").ok_or_else(|| io::Error::other("`go` is not on the PATH"))?;
        eprintln!("services: {} with {} …", self.announcement, go.display());
        let start = Instant::now();
        let unfinished = binary.with_extension("unfinished");
        let output = Command::new(go)
            .current_dir(sources)
            .env("CGO_ENABLED", "0")
            .env("GOFLAGS", "-buildvcs=false -mod=readonly")
            .args(["build", "-trimpath", "-ldflags", self.linker_flags, "-o"])
            .arg(&unfinished)
            .arg(".")
            .output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let lines: Vec<&str> = said.lines().collect();
            let end = lines
                .get(lines.len().saturating_sub(10)..)
                .unwrap_or_default();
            return Err(io::Error::other(format!(
                "`go build` failed\n{}",
                end.join("\n")
            )));
        }
        fs::rename(unfinished, binary)?;
        eprintln!("services: built in {} s", start.elapsed().as_secs());
        Ok(())
    }
}
