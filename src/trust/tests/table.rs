//! The vectors of `vectors.txt`, one line each.

use super::*;

/// What a line of a section is a part of.
fn scene(section: &str, text: &str) -> Scene {
    let with = |from: &str, to: &str| document(&canonical().replace(from, to));
    let trust = match section {
        "and the audience" => document(&allow_if(&format!(
            r#"{{"StringEquals":{{"ISS:aud":"AUD"}},{text}}}"#
        ))),
        "denied beside the usual" => document(&format!(
            "{},{}",
            canonical(),
            allow_if(text).replace("Allow", "Deny")
        )),
        "principal" => with(r#"{"Federated":"FED"}"#, text),
        "action" => with(r#""Action":"sts:AssumeRoleWithWebIdentity""#, text),
        "document" => spelt_out(&text.replace("CANONICAL", &canonical())),
        _ => document(&allow_if(text)),
    };
    let mut scene = Scene::new(&trust);
    if let Some(audience) = section.strip_prefix("audience ") {
        scene.binding.audience = Fact::Known(audience.to_owned());
        scene.providers.known[0].client_ids = Fact::Known(BTreeSet::from([audience.to_owned()]));
    }
    scene
}

#[test]
fn every_line_of_the_table_comes_out_as_it_says() {
    let mut section = "";
    let mut wrong = Vec::new();
    let mut count = 0;
    let lines = include_str!("vectors.txt").lines().enumerate();
    for (number, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            && !line.contains(" | ")
        {
            section = name;
            continue;
        }
        let (expected, text) = line.split_once(" | ").unwrap();
        let found = summary(&scene(section, text).decide());
        count += 1;
        if found != expected {
            wrong.push(format!(
                "{}: {text}\n  expected {expected}\n  found    {found}",
                number + 1
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 150, "only {count} lines were read");
}
