//! What stands in the way of a version, by name, before anything is touched.

use super::choice::SECRET;
use crate::core::model::account::{Account, Version};
use crate::core::plan::{Blocker, Obstacle, gone};

/// What becomes of data: no rollback takes it back by itself. `databases`: whether D1 databases are
/// put back to their bookmarks.
pub fn kept(databases: bool) -> &'static str {
    match databases {
        true => {
            "D1 databases go back to their bookmarks, and lose what was written since. Other data stays \
             as it is: KV, R2, Durable Objects, messages in queues"
        }
        false => "data stays as it is: D1, KV, R2, Durable Objects, messages in queues",
    }
}

/// What stands in the way of going from the version that serves to another.
///
/// - `deployable`: the versions that can be deployed, as the API lists them.
/// - `account`: the resources that were looked at; what was not counts as there.
///
/// Values of secrets are nobody's to see: where a version between the two was made by a change of a
/// secret, and the names are the same, it says so without a name.
pub fn blockers(
    live: Option<&Version>,
    target: &Version,
    deployable: &[Version],
    account: &Account,
) -> Vec<Blocker> {
    let mut blockers = Vec::new();
    let mut add = |kind, names: Vec<String>| {
        if !names.is_empty() {
            blockers.push(Blocker { kind, names });
        }
    };
    if let Some(live) = live {
        add(Obstacle::Secrets, secrets(live, target, deployable));
        let tag = |version: &Version| match &version.migration_tag {
            Some(tag) => tag.clone(),
            None => "none".to_owned(),
        };
        let differ = live.migration_tag != target.migration_tag;
        let tags = || vec![format!("migration {} after {}", tag(live), tag(target))];
        add(Obstacle::DurableObjects, if differ { tags() } else { Vec::new() });
    }
    add(Obstacle::Resources, gone(account, &target.bindings));
    let is_listed = deployable.iter().any(|version| version.id == target.id);
    let too_old = !is_listed && !deployable.is_empty();
    add(Obstacle::Age, if too_old { vec![target.id.clone()] } else { Vec::new() });
    blockers
}

fn secrets(live: &Version, target: &Version, deployable: &[Version]) -> Vec<String> {
    let has = |version: &Version, name: &str| version.secrets().any(|one| one == name);
    let added = live.secrets().filter(|name| !has(target, name));
    let removed = target.secrets().filter(|name| !has(live, name));
    let mut names: Vec<String> = added.chain(removed).map(str::to_owned).collect();
    names.sort();
    let is_edit = |version: &&Version| {
        version.triggered_by.as_deref() == Some(SECRET)
            && version.number > target.number
            && version.number <= live.number
    };
    if names.is_empty()
        && let Some(edit) = deployable.iter().find(is_edit)
    {
        names.push(format!("changed with version {}", edit.number));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::model::account::{KvNamespace, LiveBinding, Seen};

    fn version(number: u64, bindings: &[(&str, &str)]) -> Version {
        let binding = |(kind, name): &(&str, &str)| LiveBinding {
            kind: (*kind).into(),
            name: (*name).into(),
            target: [("namespace_id".to_owned(), "kv-1".into())].into(),
            ..LiveBinding::default()
        };
        Version {
            id: format!("v{number}"),
            number,
            bindings: bindings.iter().map(binding).collect(),
            ..Version::default()
        }
    }

    fn names(blockers: &[Blocker]) -> Vec<(Obstacle, String)> {
        blockers.iter().map(|one| (one.kind, one.names.join(", "))).collect()
    }

    #[test]
    fn changed_secrets_are_named() {
        let account = Account::default();
        let old = version(1, &[("secret_text", "A")]);
        let new = version(2, &[("secret_text", "A"), ("secret_text", "B")]);
        let all = [new.clone(), old.clone()];
        let found = blockers(Some(&new), &old, &all, &account);
        assert_eq!(names(&found), [(Obstacle::Secrets, "B".into())]);
        let edited = Version { triggered_by: Some("secret".into()), ..version(2, &[]) };
        let plain = version(1, &[]);
        let all = [edited.clone(), plain.clone()];
        let found = blockers(Some(&edited), &plain, &all, &account);
        assert_eq!(names(&found), [(Obstacle::Secrets, "changed with version 2".into())]);
        assert!(blockers(Some(&new), &new, std::slice::from_ref(&new), &account).is_empty());
    }

    #[test]
    fn migrations_age_and_what_is_gone_are_named() {
        let mut account = Account::default();
        let live = Version { migration_tag: Some("v2".into()), ..version(300, &[]) };
        let target =
            Version { migration_tag: Some("v1".into()), ..version(3, &[("kv_namespace", "KV")]) };
        let found = blockers(Some(&live), &target, std::slice::from_ref(&live), &account);
        assert_eq!(
            names(&found),
            [
                (Obstacle::DurableObjects, "migration v2 after v1".into()),
                (Obstacle::Age, "v3".into())
            ]
        );
        account.kv_namespaces =
            Seen::Known(vec![KvNamespace { id: "kv-2".into(), ..Default::default() }]);
        let found = blockers(Some(&target), &target, std::slice::from_ref(&target), &account);
        let [(Obstacle::Resources, name)] = &names(&found)[..] else { panic!("{found:?}") };
        assert!(name.starts_with("KV ("), "{name}");
    }
}
