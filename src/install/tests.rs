//! Sources in all their spellings, versions, hashes and limits.

use super::archive::{Form, Limits, unpack_within};
use super::bucket::ObjectAddress;
use super::manifest::{Manifest, Record};
use super::source::Source;
use super::tree::{hash, stays_inside};
use super::version::{Constraints, Version};
use crate::config::{Module, decode_file};
use crate::source::FileId;
use std::io::Write as _;
use std::path::Path;

/// What each spelling is recorded as; what Terraform 1.11.4 prints and records for it. Nothing where it is no source.
const SPELLINGS: &[(&str, &str)] = &[
    ("./foo", "./foo"),
    ("../foo", "../foo"),
    (".\\foo", "./foo"),
    ("./", "./."),
    ("../", "./.."),
    ("./a/../b", "./b"),
    ("../p1/./m", "../p1/m"),
    ("./p1//m", "./p1/m"),
    (".", ""),
    ("..", ""),
    ("", ""),
    ("foo", ""),
    ("foo/bar", ""),
    ("foo/bar/baz", "registry.terraform.io/foo/bar/baz"),
    ("Foo/bar/baz", "registry.terraform.io/Foo/bar/baz"),
    ("foo/bar/baz//sub", "registry.terraform.io/foo/bar/baz//sub"),
    (
        "foo/bar/baz//sub/../x",
        "registry.terraform.io/foo/bar/baz//x",
    ),
    ("foo/bar/baz//../x", ""),
    ("foo/bar/BAZ", ""),
    ("foo/bar_/baz", ""),
    ("-foo/bar/baz", ""),
    ("foo/bar/baz?ref=x", ""),
    ("foo/bar/baz//x?ref=y", ""),
    ("foo/bar/baz/qux", ""),
    ("localhost/foo/bar/baz", ""),
    ("example.com/foo/bar/baz", "example.com/foo/bar/baz"),
    ("EXAMPLE.com/foo/bar/baz", "example.com/foo/bar/baz"),
    (
        "example.com:8080/foo/bar/baz//sub",
        "example.com:8080/foo/bar/baz//sub",
    ),
    ("gitlab.com/hashicorp/foo", ""),
    (
        "gitlab.com/hashicorp/foo/bar",
        "gitlab.com/hashicorp/foo/bar",
    ),
    ("github.com/hashicorp", ""),
    (
        "github.com/hashicorp/foo",
        "git::https://github.com/hashicorp/foo.git",
    ),
    (
        "github.com/hashicorp/foo.git",
        "git::https://github.com/hashicorp/foo.git",
    ),
    (
        "github.com/hashicorp/foo/bar",
        "git::https://github.com/hashicorp/foo.git//bar",
    ),
    (
        "github.com/hashicorp/foo//bar",
        "git::https://github.com/hashicorp/foo.git//bar",
    ),
    (
        "github.com/hashicorp/foo?ref=v1",
        "git::https://github.com/hashicorp/foo.git?ref=v1",
    ),
    (
        "github.com/hashicorp/foo//bar?ref=v1",
        "git::https://github.com/hashicorp/foo.git//bar?ref=v1",
    ),
    (
        "git::github.com/hashicorp/foo",
        "git::https://github.com/hashicorp/foo.git",
    ),
    (
        "bitbucket.org/hashicorp/foo",
        "git::https://bitbucket.org/hashicorp/foo.git",
    ),
    (
        "git@github.com:hashicorp/foo.git",
        "git::ssh://git@github.com/hashicorp/foo.git",
    ),
    (
        "git@github.com:hashicorp/foo.git//bar?ref=v1",
        "git::ssh://git@github.com/hashicorp/foo.git//bar?ref=v1",
    ),
    (
        "git::git@github.com:hashicorp/foo.git?ref=v1",
        "git::ssh://git@github.com/hashicorp/foo.git?ref=v1",
    ),
    (
        "git::ssh://git@github.com/hashicorp/foo.git",
        "git::ssh://git@github.com/hashicorp/foo.git",
    ),
    (
        "git::ssh://git@github.com:2222/hashicorp/foo.git//x",
        "git::ssh://git@github.com:2222/hashicorp/foo.git//x",
    ),
    (
        "ssh://git@github.com/hashicorp/foo.git",
        "ssh://git@github.com/hashicorp/foo.git",
    ),
    ("user@host.com:dir/x", ""),
    ("git::user@host.com:dir/x", ""),
    (
        "git::https://example.com/x.git",
        "git::https://example.com/x.git",
    ),
    (
        "git::https://example.com/x.git//sub/dir?ref=abc&depth=1",
        "git::https://example.com/x.git//sub/dir?ref=abc&depth=1",
    ),
    (
        "git::https://example.com/x.git?ref=abc//sub",
        "git::https://example.com/x.git?ref=abc//sub",
    ),
    ("git::https://example.com/x.git//../y", ""),
    (
        "git::https://example.com//x.git",
        "git::https://example.com//x.git",
    ),
    (
        "git::https://example.com/a//b//c",
        "git::https://example.com/a//b/c",
    ),
    ("git::./foo", ""),
    ("git::/srv/repo", "git::file:///srv/repo"),
    (
        "git::file:///srv/repo?b=1&a=2",
        "git::file:///srv/repo?b=1&a=2",
    ),
    ("https://example.com/x.zip", "https://example.com/x.zip"),
    (
        "https://example.com/x.zip//sub",
        "https://example.com/x.zip//sub",
    ),
    (
        "http://example.com/a//b?x=1&archive=tgz",
        "http://example.com/a//b?x=1&archive=tgz",
    ),
    (
        "https://github.com/hashicorp/foo",
        "https://github.com/hashicorp/foo",
    ),
    ("/srv/module", "file:///srv/module"),
    ("file:///srv/x.zip", "file:///srv/x.zip"),
    ("localhost:8080/foo/bar/baz", "localhost:8080/foo/bar/baz"),
    (
        "nosuch::https://example.com/x",
        "nosuch::https://example.com/x",
    ),
    (
        "s3::https://s3.amazonaws.com/b/x.zip",
        "s3::https://s3.amazonaws.com/b/x.zip",
    ),
    (
        "s3.amazonaws.com/bucket/x.zip",
        "s3::https://s3.amazonaws.com/bucket/x.zip",
    ),
    (
        "www.googleapis.com/storage/v1/b/x.zip",
        "gcs::https://www.googleapis.com/storage/v1/b/x.zip",
    ),
    ("hg::http://example.com/x.hg", "hg::http://example.com/x.hg"),
];

#[test]
fn sources_have_terraforms_normal_forms() {
    for (text, expected) in SPELLINGS {
        let found = Source::parse(text).map_or_else(|_| String::new(), |source| source.to_string());
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn normal_forms_are_fixed_points() {
    for (_, normal) in SPELLINGS {
        if !normal.is_empty() {
            let again = Source::parse(normal).unwrap().to_string();
            assert_eq!(again, *normal);
        }
    }
}

#[test]
fn only_registries_have_versions() {
    let source = |source: &str| {
        let text = format!("module \"m\" {{\n  source = \"{source}\"\n  version = \"1\"\n}}\n");
        let mut module = Module::default();
        let problems = decode_file(FileId::default(), &text, &mut module);
        assert!(!problems.has_errors(), "{text}");
        Source::of(&module.calls["m"])
    };
    for text in ["./x", "git::https://example.com/x.git", "/srv/x"] {
        assert!(source(text).is_err(), "{text}");
    }
    assert!(source("a/b/c").is_ok());
}

#[test]
fn versions_are_in_order() {
    let ascending = [
        "0.9",
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.2",
        "1.0.0-beta",
        "1.0.0-rc.10",
        "1.0.0",
        "1.2",
        "1.10.0",
        "v2.0.0",
        "2.0.0.1",
    ];
    let versions: Vec<Version> = ascending
        .iter()
        .map(|text| Version::parse(text).unwrap())
        .collect();
    assert!(versions.is_sorted_by(|left, right| left < right));
    assert_eq!(Version::parse("v1.2").unwrap().to_string(), "1.2.0");
    for text in ["", "x", "1..2", "1.a", "1.2.3 "] {
        assert!(Version::parse(text).is_none(), "{text}");
    }
}

#[test]
fn constraints_allow_what_terraform_allows() {
    for (constraints, allowed, refused) in [
        ("1.2.0", &["1.2.0"][..], &["1.2.1", "1.2.0-beta"][..]),
        ("= 1.2.0-beta", &["1.2.0-beta"], &["1.2.0", "1.2.0-alpha"]),
        ("!= 1.2.0", &["1.2.1"], &["1.2.0", "2.0.0-beta"]),
        (
            "> 1, < 2",
            &["1.0.1", "1.99.0"],
            &["1.0.0", "2.0.0", "1.5.0-rc1"],
        ),
        (
            ">= 1.2.0-beta",
            &["1.2.0", "3.0.0"],
            &["1.2.0-beta", "1.1.0"],
        ),
        ("<= 1.2", &["1.2.0", "0.1.0"], &["1.2.1"]),
        ("~> 1.2", &["1.2.0", "1.9.0"], &["2.0.0", "1.1.0"]),
        ("~> 1.2.3", &["1.2.3", "1.2.9"], &["1.3.0", "1.2.2"]),
        ("~> 1", &["1.0.0", "2.0.0"], &["0.9.0"]),
        ("~>1.0,!=1.5.0", &["1.4.0"], &["1.5.0"]),
    ] {
        let parsed = Constraints::parse(constraints).unwrap();
        let meets = |text: &&&str| parsed.meets(&Version::parse(text).unwrap());
        assert!(allowed.iter().all(|text| meets(&text)), "{constraints}");
        assert!(!refused.iter().any(|text| meets(&text)), "{constraints}");
    }
    for text in ["", "abc", "=> 1", "~> ", ">= 1,"] {
        assert!(Constraints::parse(text).is_none(), "{text}");
    }
    assert!(!Constraints::default().meets(&Version::parse("1.0.0-rc1").unwrap()));
}

#[test]
fn the_manifest_is_written_as_terraform_writes_it() {
    let mut manifest = Manifest::default();
    let mut add = |key: &str, source: &str, version: &str, dir: &str| {
        manifest.insert(Record {
            key: key.to_owned(),
            source: source.to_owned(),
            version: version.to_owned(),
            dir: dir.to_owned(),
        });
    };
    add("m.n", "../../nested", "", ".terraform/modules/m/nested");
    add(
        "m",
        "git::file:///srv/r?depth=1&ref=<x>",
        "",
        ".terraform/modules/m",
    );
    add("", "", "", ".");
    add(
        "m-n",
        "registry.terraform.io/a/b/c",
        "1.0.0",
        ".terraform/modules/m-n",
    );
    let expected = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"m","Source":"git::file:///srv/r?depth=1\u0026ref=\u003cx\u003e","Dir":".terraform/modules/m"},{"Key":"m-n","Source":"registry.terraform.io/a/b/c","Version":"1.0.0","Dir":".terraform/modules/m-n"},{"Key":"m.n","Source":"../../nested","Dir":".terraform/modules/m/nested"}]}"#;
    assert_eq!(manifest.text(), expected);
    manifest.remove("m");
    assert!(manifest.get("m.n").is_none() && manifest.get("m-n").is_some());
}

/// The constant was made by another program from the definition of the form.
#[test]
fn the_hash_is_the_one_of_go() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("b/.git")).unwrap();
    for (name, text) in [
        ("a.tf", "one\n"),
        ("b/c.tf", "two\n"),
        ("b.tf", ""),
        ("b/.git/x", "not counted"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    assert_eq!(
        hash(folder.path()).unwrap(),
        "h1:QDNgmhIMxwI38dfKlU9EjQZ2+HDojC0mFfIqtB/BX3g="
    );
}

#[test]
fn links_stay_inside() {
    for (link, target, expected) in [
        ("l", "x/y", true),
        ("a/l", "../x", true),
        ("a/l", "../../x", false),
        ("l", "..", false),
        ("a/b/l", "x/../y", false),
        ("l", "/x", false),
    ] {
        assert_eq!(
            stays_inside(Path::new(link), Path::new(target)),
            expected,
            "{link} {target}"
        );
    }
}

#[test]
fn what_comes_out_of_an_archive_has_a_limit() {
    let mut builder = tar::Builder::new(Vec::new());
    for name in ["a", "b", "c"] {
        let mut header = tar::Header::new_gnu();
        header.set_size(1000);
        header.set_mode(0o644);
        header.set_cksum();
        builder
            .append_data(&mut header, name, &[0; 1000][..])
            .unwrap();
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(&builder.into_inner().unwrap()).unwrap();
    let bytes = encoder.finish().unwrap();
    for (most_bytes, entries, expected) in [
        (3000, 3, ""),
        (2999, 3, "2999 bytes"),
        (3000, 2, "2 entries"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let limits = Limits {
            bytes: most_bytes,
            entries,
        };
        let done = unpack_within(&bytes, Form::TarGz, &folder.path().join("x"), limits);
        let told = done.err().unwrap_or_default();
        assert!(
            told.contains(expected) && told.is_empty() == expected.is_empty(),
            "{told}"
        );
    }
}

#[test]
fn addresses_of_objects() {
    for (address, expected) in [
        ("https://s3.amazonaws.com/b/k.zip", "b k.zip us-east-1"),
        (
            "https://s3-eu-west-1.amazonaws.com/b/a/k.zip",
            "b a/k.zip eu-west-1",
        ),
        (
            "https://s3.eu-west-1.amazonaws.com/b/a/k.zip",
            "b a/k.zip eu-west-1",
        ),
        ("https://b.s3.amazonaws.com/a/k.zip", "b a/k.zip us-east-1"),
        (
            "https://b.s3-eu-west-1.amazonaws.com/k.zip",
            "b k.zip eu-west-1",
        ),
        (
            "https://b.c.s3.eu-west-1.amazonaws.com/k.zip",
            "b.c k.zip eu-west-1",
        ),
        (
            "https://b.s3.cn-north-1.amazonaws.com.cn/k.zip",
            "b k.zip cn-north-1",
        ),
        (
            "https://b.s3.amazonaws.com/k.zip?region=eu-west-1",
            "b k.zip eu-west-1",
        ),
        (
            "http://127.0.0.1:9000/b/k.zip",
            "b k.zip us-east-1 http://127.0.0.1:9000",
        ),
        (
            "https://s3.amazonaws.com/b/my%20mod%2B.zip",
            "b my mod+.zip us-east-1",
        ),
        (
            "https://s3.dualstack.eu-west-1.amazonaws.com/b/k.zip",
            "b k.zip eu-west-1",
        ),
        (
            "https://b.s3.dualstack.eu-west-1.amazonaws.com/k.zip",
            "b k.zip eu-west-1",
        ),
        ("https://s3.amazonaws.com/b", ""),
        ("https://b.s3.amazonaws.com/", ""),
        ("https://b.s3.amazonaws.com/k.zip?version=1", ""),
    ] {
        let found = ObjectAddress::parse(&url::Url::parse(address).unwrap());
        let found = found.map_or(String::new(), |object| {
            let endpoint = object.endpoint.unwrap_or_default();
            let text = format!(
                "{} {} {} {endpoint}",
                object.bucket, object.key, object.region
            );
            text.trim_end().to_owned()
        });
        assert_eq!(found, expected, "{address}");
    }
}
