//! What modules come from: a server on this machine that is a registry and has archives, and repositories.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::json;
use tempfile::TempDir;
use trustform_test_support::certificates::Certificates;

use crate::common::project::Project;

/// An answer: status, header fields, content.
pub type Answer = (u16, Vec<(String, String)>, Vec<u8>);

/// A request: its path with query, and its `Authorization`.
pub type Seen = (String, Option<String>);

/// A server. It ends with the tests.
pub struct Server {
    port: u16,
    answers: Arc<Mutex<BTreeMap<String, Answer>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// A server that has nothing yet.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            answers: Arc::default(),
            seen: Arc::default(),
        };
        let (answers, seen) = (server.answers.clone(), server.seen.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answers, seen) = (answers.clone(), seen.clone());
                thread::spawn(move || serve(stream, &answers, &seen));
            }
        });
        server
    }

    /// A server like that which speaks TLS, as one of the certificates' authority.
    pub fn encrypted(certificates: &Certificates) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            answers: Arc::default(),
            seen: Arc::default(),
        };
        let config = certificates.server.server_config().unwrap();
        let (answers, seen) = (server.answers.clone(), server.seen.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answers, seen) = (answers.clone(), seen.clone());
                let session = rustls::ServerConnection::new(config.clone()).unwrap();
                thread::spawn(move || {
                    serve(rustls::StreamOwned::new(session, stream), &answers, &seen);
                });
            }
        });
        server
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What is at a path from now on.
    pub fn put(&self, path: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    /// Content at a path.
    pub fn file(&self, path: &str, content: Vec<u8>) {
        self.put(path, (200, Vec::new(), content));
    }

    /// A module of a registry with all its versions, each of which is at an address.
    pub fn module(&self, name: &str, versions: &[(&str, &str)]) {
        let listed: Vec<_> = versions
            .iter()
            .map(|(version, _)| json!({ "version": version }))
            .collect();
        let listed = json!({ "modules": [{ "versions": listed }] });
        self.file(
            &format!("/v1/{name}/versions"),
            listed.to_string().into_bytes(),
        );
        for (version, address) in versions {
            let header = ("X-Terraform-Get".to_owned(), (*address).to_owned());
            let path = format!("/v1/{name}/{version}/download");
            self.put(&path, (204, vec![header], Vec::new()));
        }
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// A CLI configuration that finds the modules of some hosts here.
    pub fn configuration(&self, hosts: &[&str]) -> String {
        let url = self.url("/v1/");
        let block = |host: &&str| {
            format!("host \"{host}\" {{\n  services = {{ \"modules.v1\" = \"{url}\" }}\n}}\n")
        };
        hosts.iter().map(block).collect()
    }

    /// Lets a project find modules of the public registry and of `example.com` here.
    pub fn serves(&self, project: &mut Project) {
        project.write(
            "cli.tfrc",
            &self.configuration(&["registry.terraform.io", "example.com"]),
        );
        let path = project.file("cli.tfrc");
        project.set("TF_CLI_CONFIG_FILE", path.to_str().unwrap());
    }
}

fn serve(
    stream: impl Read + Write,
    answers: &Mutex<BTreeMap<String, Answer>>,
    seen: &Mutex<Vec<Seen>>,
) {
    let mut reader = BufReader::new(stream);
    let mut lines = reader.by_ref().lines();
    let Some(Ok(first)) = lines.next() else {
        return;
    };
    let headers: Vec<String> = lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .collect();
    let mut words = first.split(' ');
    let (method, path) = (words.next().unwrap(), words.next().unwrap_or("/"));
    let authorization = headers.iter().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("authorization")
            .then(|| value.trim().to_owned())
    });
    seen.lock().unwrap().push((path.to_owned(), authorization));
    let bare = path.split('?').next().unwrap();
    let answer = answers.lock().unwrap().get(bare).cloned();
    let (status, fields, content) = answer.unwrap_or((404, Vec::new(), Vec::new()));
    let mut head = vec![
        format!("HTTP/1.1 {status} x"),
        "Connection: close".to_owned(),
    ];
    if status != 204 {
        head.push(format!("Content-Length: {}", content.len()));
    }
    head.extend(
        fields
            .iter()
            .map(|(name, value)| format!("{name}: {value}")),
    );
    let head = head.join("\r\n") + "\r\n";
    let stream = reader.get_mut();
    let _gone = stream.write_all(format!("{head}\r\n").as_bytes());
    if method != "HEAD" {
        let _gone = stream.write_all(&content);
    }
    let _gone = stream.flush();
}

/// A repository in a folder of its own.
pub struct Repository {
    folder: TempDir,
}

impl Repository {
    /// A repository with one commit, on `main`.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let repository = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.commit(files);
        repository
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Its address, as a source writes it.
    pub fn source(&self) -> String {
        format!("git::file://{}", self.folder.path().display())
    }

    /// Writes files and commits them; the commit.
    pub fn commit(&self, files: &[(&str, &str)]) -> String {
        write(self.folder.path(), files);
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message=x"]);
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// Runs git in it.
    pub fn git(&self, words: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=x", "-c", "user.email=x@example.com"])
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("HOME", self.folder.path())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "git {words:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Writes files below a folder.
pub fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// A tar archive of files.
pub fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder
            .append_data(&mut header, name, text.as_bytes())
            .unwrap();
    }
    builder.into_inner().unwrap()
}

/// Bytes in gzip's form.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Bytes in bzip2's form.
pub fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Bytes in the form of xz.
pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(6);
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zip archive of files.
pub fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A module whose output `said` is a text.
pub fn says(text: &str) -> String {
    format!("output \"said\" {{\n  value = \"{text}\"\n}}\n")
}
