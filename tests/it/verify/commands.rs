//! Checks that are commands: what they see, and how they end.

use std::fs;
use std::time::{Duration, Instant};

use super::{VERIFY, tree};
use crate::rollback::{command, deploy, run, upload};
use crate::sandbox::Stand;

#[test]
fn a_command_sees_what_it_is_told_and_nothing_else() {
    let stand = Stand::new();
    let version = upload(&stand, "api", 200, &[]);
    deploy(&stand, "api", &version, "deployed");
    let tree = tree(
        &stand,
        "      - { command: [sh, -c, 'env > seen'], env: [NAMED, ABSENT], service: api }
      - { command: [sh, -c, 'echo Bearer ghp_0123456789abcdefghijABCDEFGHIJ012345; exit 3'], \
            retries: 0 }\n",
    );
    let mut command = command(&stand, &tree.path());
    command.args(VERIFY).env("PATH", "/usr/bin:/bin").env("NAMED", "1").env("OTHER", "s3cret");
    let seen = run(&mut command);
    assert_eq!(seen.code, 1, "{seen:?}");
    let variables = fs::read_to_string(tree.at("seen")).expect("it ran in the project's folder");
    let mut names: Vec<&str> =
        variables.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    // A shell's own.
    names.retain(|name| !["PWD", "OLDPWD", "SHLVL", "_"].contains(name));
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "CLODO_ENVIRONMENT",
            "CLODO_SERVICE",
            "CLODO_VERSION",
            "CLODO_WORKER",
            "HOME",
            "NAMED",
            "PATH",
        ]
    );
    for line in ["CLODO_ENVIRONMENT=production", "CLODO_WORKER=api"] {
        assert!(variables.lines().any(|one| one == line), "{line}: {variables}");
    }
    assert!(variables.contains(&format!("CLODO_VERSION={version}")), "{variables}");
    let failure = seen.json()["checks"][1]["failures"][0].as_str().unwrap_or_default().to_owned();
    assert!(failure.starts_with("it ended with code 3: Bearer "), "{failure}");
    assert!(!failure.contains("ABCDEFGHIJ012345"), "{failure}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_command_that_takes_too_long_is_killed_with_what_it_started() {
    let stand = Stand::new();
    let version = upload(&stand, "api", 200, &[]);
    deploy(&stand, "api", &version, "deployed");
    let tree = tree(
        &stand,
        "      - { command: [sh, -c, 'sleep 600 & echo $! > child; wait'], timeout: 1s, \
             retries: 0 }\n",
    );
    let started = Instant::now();
    let seen = run(command(&stand, &tree.path()).args(VERIFY).env("PATH", "/usr/bin:/bin"));
    assert_eq!(seen.code, 1, "{seen:?}");
    assert!(seen.out.contains("sh did not end in 1 s"), "{seen:?}");
    let took = seen.json()["checks"][0]["milliseconds"].as_u64();
    assert!(took >= Some(1000), "no less than it may take: {seen:?}");
    let child = fs::read_to_string(tree.at("child")).expect("it started something");
    let runs = || match fs::read_to_string(format!("/proc/{}/stat", child.trim())) {
        // Killed, and nobody has asked how it ended.
        Ok(stat) => !stat.contains(") Z "),
        Err(_) => false,
    };
    while runs() {
        assert!(started.elapsed() < Duration::from_secs(60), "{} runs still", child.trim());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn nothing_of_what_a_command_was_given_is_shown() {
    let stand = Stand::new();
    let version = upload(&stand, "api", 200, &[]);
    deploy(&stand, "api", &version, "deployed");
    let tree = tree(
        &stand,
        "      - { command: [sh, -c, 'echo \"the key $KEY is bad\"; exit 3'], env: [KEY], retries: 0 }
      - { command: [sh, -c, 'printf %03000d 0; printf %s \"$KEY\"; printf %01990d 0; exit 3'],
          env: [KEY], retries: 0 }
      - { command: [sh, -c, 'touch ran'], env: [KEY, CLOUDFLARE_API_TOKEN], retries: 0 }
      - { command: [sh, -c, 'touch ran'], env: [GITHUB_TOKEN], retries: 0 }\n",
    );
    let mut command = command(&stand, &tree.path());
    command.args(VERIFY).env("PATH", "/usr/bin:/bin").env("KEY", "correct-horse-battery");
    let seen = run(command.env("GITHUB_TOKEN", "ours"));
    assert_eq!(seen.code, 1, "{seen:?}");
    let said = seen.json();
    let failure = |at: usize| said["checks"][at]["failures"][0].as_str().unwrap_or_default();
    assert_eq!(failure(0), "it ended with code 3: the key *** is bad", "{said:#}");
    // The end of what it printed begins in the middle of the key.
    assert!(failure(1).starts_with("it ended with code 3: "), "{said:#}");
    assert!(!seen.out.contains("batt") && !seen.err.contains("batt"), "{seen:?}");
    assert!(failure(2).starts_with("CLOUDFLARE_API_TOKEN is not for checks"), "{said:#}");
    assert!(failure(3).starts_with("GITHUB_TOKEN is not for checks"), "{said:#}");
    assert!(!tree.at("ran").exists());
}
