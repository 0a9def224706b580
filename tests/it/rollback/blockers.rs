//! What stands in the way is named before anything is touched.

use serde_json::json;

use super::{BACK, clodo, deploy, serving, tree, upload, whole};
use crate::sandbox::Stand;

#[test]
fn changed_secrets_stand_in_the_way_until_somebody_says_so() {
    let stand = Stand::new();
    let tree = tree(&["api"]);
    let secret = json!({ "type": "secret_text", "name": "STRIPE_KEY", "text": "s3cret" });
    let (old, new) = (upload(&stand, "api", 200, &[]), upload(&stand, "api", 200, &[secret]));
    for version in [&old, &new] {
        deploy(&stand, "api", version, "by hand");
    }
    let blocked = clodo(&stand, &tree.path(), BACK);
    assert_eq!(blocked.code, 5, "{blocked:?}");
    assert!(blocked.err.contains("secrets are replaced (code 10220): STRIPE_KEY"), "{blocked:?}");
    assert!(!blocked.err.contains("s3cret"));
    assert_eq!(serving(&stand, "api"), whole(&new), "nothing was touched");
    let forced = clodo(&stand, &tree.path(), &["rollback", "--force"]);
    assert_eq!(forced.code, 0, "{forced:?}");
    assert_eq!(serving(&stand, "api"), whole(&old));
}

#[test]
fn what_is_gone_and_migrations_stand_in_the_way_for_good() {
    let id = "00000000000000000000000000000001";
    let stand = Stand::seeded(&format!(
        "resources: {{ kv: [{{ title: other }}, {{ title: cache, id: \"{id}\" }}] }}"
    ));
    let tree = tree(&["api"]);
    let kv = json!({ "type": "kv_namespace", "name": "CACHE", "namespace_id": id });
    let (old, new) = (upload(&stand, "api", 200, &[kv]), upload(&stand, "api", 200, &[]));
    for version in [&old, &new] {
        deploy(&stand, "api", version, "by hand");
    }
    let change = stand.sandbox.store.change(|state| {
        let versions = &mut state.workers.scripts.get_mut("api").expect("a Worker").versions;
        versions[1].migration_tag = Some("v2".into());
        state.kv.namespaces.retain(|namespace| namespace.id != id);
        Ok(())
    });
    change.expect("a change");
    let blocked = clodo(&stand, &tree.path(), &["rollback", "--force"]);
    assert_eq!(blocked.code, 5, "{blocked:?}");
    for named in ["classes of Durable Objects change: migration v2 after none", "CACHE (KV"] {
        assert!(blocked.err.contains(named), "{named}: {blocked:?}");
    }
    assert_eq!(serving(&stand, "api"), whole(&new));
}

#[test]
fn what_is_older_than_a_hundred_versions_cannot_come_back() {
    let stand = Stand::new();
    let tree = tree(&["api"]);
    let old = upload(&stand, "api", 200, &[]);
    deploy(&stand, "api", &old, "by hand");
    for _ in 0..99 {
        upload(&stand, "api", 200, &[]);
    }
    let new = upload(&stand, "api", 500, &[]);
    deploy(&stand, "api", &new, "by hand");
    for args in [&["rollback"][..], &["rollback", "--to", &old, "--force"]] {
        let blocked = clodo(&stand, &tree.path(), args);
        assert_eq!(blocked.code, 5, "{blocked:?}");
        assert!(blocked.err.contains("not among the 100 newest"), "{blocked:?}");
    }
    assert_eq!(serving(&stand, "api"), whole(&new));
}

#[test]
fn a_bucket_is_looked_for_in_its_jurisdiction_and_a_database_by_its_id() {
    let id = "abda8f4b-20b9-4d9a-9fa2-73dc5ebd4351";
    let stand = Stand::seeded(&format!(
        "resources:
  r2: {{ buckets: [{{ name: media }}, {{ name: media, jurisdiction: eu }}] }}
  d1: [{{ name: orders, id: {id} }}, {{ name: other }}]"
    ));
    let tree = tree(&["api"]);
    let media = |jurisdiction: &str| {
        let name = format!("MEDIA_{}", jurisdiction.to_uppercase());
        json!({
            "type": "r2_bucket", "name": name, "bucket_name": "media",
            "jurisdiction": jurisdiction,
        })
    };
    let database = json!({ "type": "d1", "name": "DB", "id": id });
    let old = upload(&stand, "api", 200, &[media("eu"), database]);
    let new = upload(&stand, "api", 500, &[]);
    for version in [&old, &new] {
        deploy(&stand, "api", version, "by hand");
    }
    let there = clodo(&stand, &tree.path(), BACK);
    assert_eq!(there.code, 0, "{there:?}");
    deploy(&stand, "api", &new, "by hand");
    let change = stand.sandbox.store.change(|state| {
        state.r2.buckets.retain(|bucket| bucket.jurisdiction != "eu");
        state.d1.databases.retain(|database| database.uuid != id);
        Ok(())
    });
    change.expect("a change");
    let args = ["rollback", "--to", &*old, "--force"];
    let gone = clodo(&stand, &tree.path(), &args);
    assert_eq!(gone.code, 5, "{gone:?}");
    for named in ["bound to what is gone", "MEDIA_EU (", "DB ("] {
        assert!(gone.err.contains(named), "{named}: {gone:?}");
    }
    assert_eq!(serving(&stand, "api"), whole(&new));
}
