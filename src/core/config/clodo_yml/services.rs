//! Services that a `clodo.yml` names. Whether they exist only the work tree can tell.

use super::{Problem, Problems, Settings};
use crate::core::config::shape::closest;
use crate::core::model::{Span, Value};

/// A service that a check is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedService {
    /// Its name.
    pub name: String,
    /// The environment of the Wrangler configurations that must have it; `""` is their top level.
    pub environment: String,
    /// The key that names it: `environments.production.verify[0].service`.
    pub key: String,
    /// Where it stands.
    pub span: Span,
}

/// Those that the checks of an environment name.
pub(super) fn of_checks(environment: &str, value: &Value) -> Vec<NamedService> {
    let wrangler = value.get("wrangler-env").and_then(Value::as_str).unwrap_or_default();
    let checks = value.get("verify").map(Value::items).unwrap_or_default().iter().enumerate();
    let named = checks.filter_map(|(index, check)| {
        let service = check.get("service")?;
        Some(NamedService {
            name: service.as_str()?.to_owned(),
            environment: wrangler.to_owned(),
            key: format!("environments.{environment}.verify[{index}].service"),
            span: service.span,
        })
    });
    named.collect()
}

impl Settings {
    /// Whether every service that is named exists: a check of one that does not would silently not
    /// be made. `of` gives the services that have an environment of the Wrangler configurations.
    ///
    /// # Errors
    /// Where some do not.
    pub fn check_services<'n>(&self, of: impl Fn(&str) -> Vec<&'n str>) -> Result<(), Problems> {
        let unknown = self.named_services.iter().filter_map(|named| {
            let known = of(&named.environment);
            (!known.contains(&named.name.as_str())).then(|| unknown(named, &known))
        });
        let problems: Vec<Problem> = unknown.collect();
        if problems.is_empty() { Ok(()) } else { Err(Problems::new(&self.file, problems)) }
    }
}

fn unknown(named: &NamedService, known: &[&str]) -> Problem {
    let meant = closest(&named.name, known.iter().copied());
    Problem {
        span: named.span,
        path: named.key.clone(),
        message: format!("`{}` is no service of this environment", named.name),
        label: meant.map(|meant| format!("did you mean `{meant}`?")),
        help: Some(match (meant, known) {
            (Some(meant), _) => format!("write `{meant}`"),
            (None, []) => "no Wrangler configuration has this environment".to_owned(),
            (None, known) => format!("it has {}", known.join(", ")),
        }),
    }
}
