//! What an environment is for, as far as its name tells.

use super::Environment;
use crate::core::model::Service;

/// Names of environments that serve the people an application is made for.
const PRODUCTION: [&str; 5] = ["live", "prd", "prod", "production", "release"];

/// Words that take it back: `pre-production`, `non-prod`.
const NOT_YET: [&str; 3] = ["non", "not", "pre"];

/// Names of environments that are often used with `wrangler dev` or in tests only.
const LOCAL: [&str; 8] = ["ci", "dev", "development", "e2e", "local", "test", "testing", "tests"];

/// Names of environments where changes are tried out, with data of their own, before production.
const TRIAL: [&str; 11] = [
    "acceptance",
    "demo",
    "integration",
    "preprod",
    "preview",
    "qa",
    "sandbox",
    "stage",
    "staging",
    "stg",
    "uat",
];

/// Whether an environment is production: by its name, or because it is the top level of a
/// configuration that names none of its environments so.
pub fn is_production(environment: &Environment<'_>) -> bool {
    match environment.name {
        Some(name) => names_production(name),
        None => !environment.service.environments.iter().any(|name| names_production(name)),
    }
}

/// Whether a name is one of production.
pub fn names_production(name: &str) -> bool {
    let plain = name.to_ascii_lowercase();
    let words = || plain.split(['-', '_', '.']);
    words().any(|word| PRODUCTION.contains(&word)) && !words().any(|word| NOT_YET.contains(&word))
}

/// Whether an environment is one where changes are tried out, by its name.
pub fn is_trial(environment: &Environment<'_>) -> bool {
    let Some(name) = environment.name else { return false };
    let plain = name.to_ascii_lowercase();
    let words = || plain.split(['-', '_', '.']);
    let not_yet = words().any(|word| NOT_YET.contains(&word));
    let production = words().any(|word| PRODUCTION.contains(&word));
    words().any(|word| TRIAL.contains(&word)) || (not_yet && production)
}

/// Whether a word is one of the names that environments usually have.
pub fn is_stage(word: &str) -> bool {
    PRODUCTION.contains(&word) || TRIAL.contains(&word) || LOCAL.contains(&word)
}

/// Whether an environment may be for development and tests alone, and so never be deployed: by its
/// name, by its folder, or because it is the top level of a configuration that has a production of
/// its own.
pub fn may_be_local(environment: &Environment<'_>) -> bool {
    if is_for_tests(environment.service) {
        return true;
    }
    match environment.name {
        Some(name) => {
            let plain = name.to_ascii_lowercase();
            plain.split(['-', '_', '.']).any(|word| LOCAL.contains(&word))
        }
        None => !is_production(environment),
    }
}

/// Whether a service lies in a folder that is called as those are which tests use.
pub fn is_for_tests(service: &Service) -> bool {
    /// The beginnings of such names.
    const FOLDERS: [&str; 5] = ["__fixture", "__test", "e2e", "fixture", "test"];
    service.folder.split('/').any(|folder| FOLDERS.iter().any(|known| folder.starts_with(known)))
}

/// An environment's name in a sentence.
pub fn spoken<'a>(environment: &Environment<'a>) -> &'a str {
    environment.name.unwrap_or("the top level")
}

#[cfg(test)]
mod tests {
    use super::names_production;

    #[test]
    fn names_of_production() {
        for (name, expected) in [
            ("production", true),
            ("prod-eu", true),
            ("PROD", true),
            ("preprod", false),
            ("non-prod", false),
            ("pre-production", false),
            ("staging", false),
            ("product", false),
        ] {
            assert_eq!(names_production(name), expected, "{name}");
        }
    }
}
