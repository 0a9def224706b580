//! `clodo audit`.

use std::fs;

use clodo::core::model::deployment::{Progress, State};

use super::{Journal, clodo};

fn journal() -> Journal {
    let journal = Journal::new();
    for number in 1..=4 {
        let id = format!("d-01JD4Z9T3M8V5QW2E7R6Y1XKB{number}");
        let commit = "4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70";
        journal.deployed(&id, "production", commit, State::Succeeded, Progress::default());
    }
    journal
}

/// A key in the folder of a journal, and its public half.
fn key(journal: &Journal) -> String {
    journal.clodo(&["audit", "keygen", "acme/shop"]).ends(0).out.trim().to_owned()
}

#[test]
fn a_whole_log_is_whole_and_so_is_its_export() {
    let journal = journal();
    let said = journal.clodo(&["audit", "verify"]).ends(0).out;
    assert!(said.starts_with("whole: 12 entries, head "), "{said}");
    let args = ["audit", "export", "--output", "log.jsonl"];
    journal.clodo(&args).ends(0);
    let again = journal.clodo(&["audit", "verify", "--from", "log.jsonl"]).ends(0).out;
    assert_eq!(again, said);
    let text = fs::read_to_string(journal.tree.at("log.jsonl")).expect("a file");
    journal.tree.write("altered.jsonl", text.replacen("\"ana\"", "\"eve\"", 1));
    let said = journal.clodo(&["audit", "verify", "--from", "altered.jsonl"]).ends(1).out;
    assert_eq!(said, "broken at entry 1: it is not what was written: its hash does not fit\n");
    let lines: Vec<&str> = text.lines().collect();
    journal.tree.write("gone.jsonl", [&lines[..6], &lines[7..]].concat().join("\n"));
    let said = journal.clodo(&["audit", "verify", "--from", "gone.jsonl"]).ends(1).out;
    assert_eq!(said, "broken at entry 7: entry 8 stands in its place\n");
}

#[test]
fn entries_are_listed_and_exported_by_filter() {
    let journal = journal();
    let json = journal.clodo(&["audit", "ls", "--format", "json", "--limit", "2"]).ends(0).json();
    assert_eq!((&json[0]["seq"], &json[1]["seq"]), (&12.into(), &11.into()));
    let started = ["audit", "export", "--format", "csv", "--action", "deployment-started"];
    let csv = journal.clodo(&started).ends(0).out;
    assert_eq!(csv.matches("\r\n").count(), 5, "{csv}");
    let cef = journal.clodo(&["audit", "export", "--format", "cef"]).ends(0).out;
    assert!(cef.lines().all(|line| line.starts_with("CEF:0|clodo|clodo|")), "{cef}");
    let ocsf = journal.clodo(&["audit", "export", "--format", "ocsf", "--pseudonyms"]).ends(0).out;
    assert!(ocsf.contains("person-1") && !ocsf.contains("ana"), "{ocsf}");
    // More than SQLite counts is all.
    for command in [&["audit", "ls"][..], &["history"]] {
        let all = [command, &["--limit", "18446744073709551615", "--format", "json"]].concat();
        let json = journal.clodo(&all).ends(0).json();
        let entries = json.as_array().or(json["deployments"].as_array()).map(Vec::len);
        assert!(entries >= Some(4), "{json}");
    }
    let future = journal.clodo(&["audit", "export", "--since", "2099-01-01"]).ends(0).out;
    assert_eq!(future, "");
}

#[test]
fn a_checkpoint_finds_what_a_chain_does_not() {
    let journal = journal();
    let public = key(&journal);
    let sign = ["audit", "checkpoint", "--key", "clodo-audit.key", "--output", "checkpoint.txt"];
    journal.clodo(&sign).ends(0);
    let note = fs::read_to_string(journal.tree.at("checkpoint.txt")).expect("a file");
    assert!(note.starts_with("acme/shop\n12\n"), "{note}");
    let verify = ["audit", "verify", "--checkpoint", "checkpoint.txt", "--key", &public];
    let whole = journal.clodo(&verify).ends(0).out;
    assert!(whole.starts_with("whole: 13 entries"), "that it was signed is noted: {whole}");

    // Cut off: the chain is whole.
    journal.clodo(&["audit", "export", "--output", "log.jsonl"]).ends(0);
    let text = fs::read_to_string(journal.tree.at("log.jsonl")).expect("a file");
    let start: Vec<&str> = text.lines().take(9).collect();
    journal.tree.write("cut.jsonl", start.join("\n"));
    journal.clodo(&["audit", "verify", "--from", "cut.jsonl"]).ends(0);
    let cut = journal.clodo(&[&verify[..], &["--from", "cut.jsonl"]].concat()).ends(1).out;
    assert!(cut.contains("cut off: it had 12 entries at") && cut.contains("has 9"), "{cut}");

    // Written anew: another journal, whole as well.
    let other = self::journal();
    other.tree.write("checkpoint.txt", &note);
    other.clodo(&["audit", "verify"]).ends(0);
    let anew = other.clodo(&verify).ends(1).out;
    assert!(anew.contains("written anew: entry 12 is not the one"), "{anew}");

    // No file at all is the shortest journal.
    fs::remove_dir_all(other.tree.at(".clodo")).expect("removed");
    let gone = other.clodo(&verify).ends(1).out;
    assert!(gone.contains("has 0"), "{gone}");

    // A checkpoint that somebody else made.
    let forged = note.replacen("\n12\n", "\n9\n", 1);
    journal.tree.write("checkpoint.txt", forged);
    let said = journal.clodo(&verify).ends(1).err;
    assert!(said.contains("the signature of acme/shop is not of this text"), "{said}");
}

#[test]
fn a_key_is_not_shown_and_not_overwritten() {
    let journal = journal();
    let public = key(&journal);
    assert!(public.starts_with("acme/shop+"), "{public}");
    let private = fs::read_to_string(journal.tree.at("clodo-audit.key")).expect("a file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(journal.tree.at("clodo-audit.key")).expect("there").permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
    }
    let again = journal.clodo(&["audit", "keygen", "acme/shop"]);
    assert_ne!(again.code, 0, "{again:?}");
    // From the variable, as text and as the name of a file.
    for value in [private.clone(), "clodo-audit.key".to_owned()] {
        let said =
            clodo(&journal.tree.path(), &["audit", "checkpoint"], &[("CLODO_AUDIT_KEY", value)]);
        let said = said.ends(0);
        assert!(!format!("{said:?}").contains(private.trim()), "{said:?}");
    }
    let none = journal.clodo(&["audit", "checkpoint"]).ends(2).err;
    assert!(none.contains("there is no key") && none.contains("CLODO_AUDIT_KEY"), "{none}");
    journal.tree.write("bad.key", "PRIVATE+KEY+s3cret");
    let name = journal.clodo(&["audit", "keygen", "a b", "--output", "other.key"]).ends(2).err;
    assert!(name.contains("cannot be the name of a key") && !name.contains("keygen"), "{name}");
    let bad = journal.clodo(&["audit", "checkpoint", "--key", "bad.key"]).ends(2).err;
    assert!(bad.contains("this is not a key") && !bad.contains("s3cret"), "{bad}");
}
