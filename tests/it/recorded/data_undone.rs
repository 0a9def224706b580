//! `clodo data` where something comes between: signals, a lock that is taken away, an account that
//! does not answer. Wrangler stops where the test wants it to.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use clodo::server::sandbox::faults::{Fault, What};
use serde_json::json;

use super::Said;
use super::data::{LIVE, Shop};

/// The real Wrangler, and then it waits as long as there is a file `hold-d1-export`, say; it ends
/// with the code that is in it.
const SLOW: &str = r#"
const fs = require("fs"), { spawnSync } = require("child_process");
const args = process.argv.slice(2);
const real = spawnSync(process.execPath, [REAL, ...args], { stdio: "inherit" });
const moment = ROOT + "/hold-" + args.slice(0, 2).join("-");
let code = real.status;
if (fs.existsSync(moment)) {
    code = Number(fs.readFileSync(moment, "utf8"));
    fs.writeFileSync(moment + ".held", "");
    while (fs.existsSync(moment)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
}
process.exit(code);
"#;

/// A shop whose Wrangler waits, with something in both databases.
struct Slow {
    shop: Shop,
    temporary: PathBuf,
}

const COPY: [&str; 6] = ["copy", "--from", "production", "--into", "staging", "--yes"];

impl Slow {
    fn new() -> Option<Self> {
        let shop = Shop::new()?;
        for environment in ["production", "staging"] {
            shop.clodo(&["migrate", "-e", environment, "--yes"]).ends(0);
        }
        shop.rows("orders", "INSERT INTO t(id, a) VALUES (1, 'secret')");
        fs::remove_file(shop.tree.at("node_modules")).expect("the link");
        let quoted = |path: PathBuf| json!(path).to_string();
        let script = SLOW
            .replace("REAL", &quoted(shop.toolchain.wrangler.clone()))
            .replace("ROOT", &quoted(shop.tree.path()));
        shop.tree.write("node_modules/wrangler/bin/wrangler.js", script);
        let package = fs::read(shop.toolchain.folder.join("node_modules/wrangler/package.json"));
        let package: serde_json::Value =
            serde_json::from_slice(&package.expect("a package")).expect("JSON");
        let package = json!({
            "name": "wrangler", "version": package["version"],
            "bin": { "wrangler": "./bin/wrangler.js" },
        });
        shop.tree.write("node_modules/wrangler/package.json", package.to_string());
        let temporary = shop.tree.at("temporary");
        fs::create_dir(&temporary).expect("a folder");
        Some(Self { shop, temporary })
    }

    /// Starts a command, and waits until Wrangler has done this and waits.
    fn until(&self, moment: &str, code: &str, args: &[&str]) -> Child {
        self.shop.tree.write(&format!("hold-{moment}"), code);
        let child = self.begin(args);
        let held = self.shop.tree.at(&format!("hold-{moment}.held"));
        while !held.exists() {
            std::thread::sleep(Duration::from_millis(20));
        }
        fs::remove_file(held).expect("the mark");
        child
    }

    fn begin(&self, args: &[&str]) -> Child {
        let mut command = self.shop.command(args);
        command.env("TMPDIR", &self.temporary).stdin(Stdio::null());
        // A name that would colour a terminal.
        command.env("USER", "an\u{1b}[31ma");
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
    }

    /// Lets Wrangler go on.
    fn release(&self, moment: &str) {
        fs::remove_file(self.shop.tree.at(&format!("hold-{moment}"))).expect("the file");
    }

    /// What is left of folders with data in them, with their modes.
    fn folders(&self) -> Vec<u32> {
        let found = fs::read_dir(&self.temporary).expect("a folder").flatten();
        let found = found.filter(|one| one.file_name().to_string_lossy().starts_with("clodo-"));
        found.map(|one| one.metadata().expect("there").permissions().mode() & 0o777).collect()
    }

    fn locks(&self) -> String {
        self.shop.root(&["lock", "ls"]).ends(0).out
    }

    fn outcome(&self) -> (String, serde_json::Value) {
        let (what, last) = self.shop.noted().pop().expect("an entry");
        (what, last["outcome"].clone())
    }
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args([name, &id]).status().expect("kill").success());
}

fn ended(child: Child) -> Said {
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    let code = output.status.code().unwrap_or(-1);
    Said { code, out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn who_interrupts_a_copy_leaves_no_data_and_no_lock() {
    let Some(slow) = Slow::new() else { return };
    for name in ["-INT", "-TERM", "-HUP"] {
        // Before the target is touched.
        let child = slow.until("d1-export", "0", &COPY);
        assert_eq!(slow.folders(), [0o700], "nobody else looks into it");
        signal(&child, name);
        let said = ended(child).ends(5);
        assert!(said.err.contains("interrupted") && said.err.contains("nothing was"), "{said:?}");
        assert_eq!(slow.folders(), [0_u32; 0], "{name}");
        assert_eq!(slow.locks(), "No locks.\n");
        assert_eq!(slow.outcome(), ("copy".to_owned(), json!("failed")));
        slow.release("d1-export");
    }
    assert_eq!(slow.shop.rows("orders-staging", "SELECT a FROM t"), json!([]));
    // After that.
    let child = slow.until("d1-execute", "0", &COPY);
    signal(&child, "-INT");
    let said = ended(child).ends(6);
    let back = "clodo data restore orders-staging -e staging --to ";
    assert!(said.err.contains(back) && said.err.contains("interrupted"), "{said:?}");
    assert_eq!((slow.folders().len(), slow.locks().as_str()), (0, "No locks.\n"));
    assert_eq!(slow.outcome(), ("copy".to_owned(), json!("unknown")));
    assert_eq!(slow.shop.rows("orders-staging", "SELECT a FROM t"), json!([{ "a": "secret" }]));
}

#[test]
fn who_loses_the_lock_is_told_the_way_back_and_the_next_waits() {
    let Some(slow) = Slow::new() else { return };
    let first = slow.until("d1-execute", "0", &COPY);
    // Others wait only where they want to.
    let second = slow.shop.clodo(&COPY).ends(4).err;
    assert!(second.contains("--wait-for-lock"), "{second}");
    let key = format!("{}/staging", slow.shop.stand.account());
    for reason in ["", "  "] {
        slow.shop.root(&["lock", "release", &key, "--force", "--reason", reason]).ends(2);
    }
    let release = ["lock", "release", &key, "--force", "--reason", "a test"];
    let taken = slow.shop.root(&release).ends(0).err;
    assert!(taken.contains("an␛[31ma") && second.contains("an␛[31ma"), "{taken}{second}");
    assert!(!taken.contains('\u{1b}') && !second.contains('\u{1b}'), "{taken}{second}");
    slow.release("d1-execute");
    let said = ended(first).ends(6);
    let back = "clodo data restore orders-staging -e staging --to ";
    assert!(
        said.err.contains("may not be as it was before") && said.err.contains(back),
        "{said:?}"
    );
    // Whoever comes next waits for what may still be under way, and says so.
    let mut next = slow.begin(&[&COPY[..], &["--wait-for-lock", "10m"]].concat());
    let mut read = String::new();
    let mut stderr = next.stderr.take().expect("a pipe");
    while !read.contains('\n') {
        let mut byte = [0];
        assert_eq!(std::io::Read::read(&mut stderr, &mut byte).expect("read"), 1, "{read}");
        read.push(char::from(byte[0]));
    }
    assert!(read.contains("the last holder of the lock did not give it back"), "{read}");
    signal(&next, "-TERM");
    ended(next).ends(5);
    assert_eq!(slow.locks(), "No locks.\n");
}

#[test]
fn who_waits_for_the_lock_gets_it() {
    let Some(slow) = Slow::new() else { return };
    let first = slow.until("d1-execute", "0", &COPY);
    let second = slow.begin(&[&COPY[..], &["--wait-for-lock", "10m"]].concat());
    slow.release("d1-execute");
    ended(first).ends(0);
    ended(second).ends(0);
}

#[test]
fn what_has_run_is_unknown_where_nobody_can_look() {
    let Some(slow) = Slow::new() else { return };
    slow.shop.tree.write("migrations/0003_more.sql", "CREATE TABLE u(id);");
    let migrate = ["migrate", "-e", "production", "--yes"];
    let child = slow.until("d1-migrations", "1", &migrate);
    let down = Fault::always(What::Error { status: 503, code: 10013 });
    slow.shop.stand.sandbox.faults.add(down.at("POST", &format!("*/d1/database/{LIVE}/query")));
    slow.release("d1-migrations");
    let said = ended(child).ends(7);
    assert!(said.err.contains("not known which migrations have run"), "{said:?}");
    assert!(said.err.contains("clodo data restore orders -e production --to "), "{said:?}");
    slow.shop.stand.sandbox.faults.clear();
    let (what, last) = slow.shop.noted().pop().expect("an entry");
    assert_eq!((what.as_str(), &last["outcome"]), ("migrate", &json!("unknown")));
    assert_eq!(last.get("not_run"), None, "{last}");
    let status = slow.shop.clodo(&["status", "-e", "production"]).ends(0).out;
    assert!(status.contains("3 applied"), "{status}");
}
