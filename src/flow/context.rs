//! Where this runs (`clodo env`), and who runs it.

use std::path::Path;

use crate::core::model::Actor;
use crate::core::model::context::{CiContext, Malformed};
use crate::world::{ci, git, user};

/// What is known of this run; `folder` is the one to work in.
pub fn context(folder: &Path) -> Result<CiContext, Malformed> {
    ci::detect_here(&git::answers(folder))
}

/// Who does what this run does: in a pipeline who started it, as its forge knows them; else the user
/// of the machine. A claim, not a proof: it stands in the journal with how it reached us.
pub fn actor(context: &CiContext, variable: &dyn Fn(&str) -> Option<String>) -> Actor {
    let person = context.triggering_actor.as_ref().or(context.actor.as_ref());
    let known = |name: &str| variable(name).filter(|text| !text.trim().is_empty());
    match (&context.ci, person) {
        (Some(ci), person) => {
            let forge = context.forge.as_ref().map(|forge| forge.value.as_str());
            Actor {
                id: person.map_or_else(|| "unknown".to_owned(), |person| person.value.clone()),
                issuer: forge.unwrap_or(ci.value.as_str()).to_owned(),
                method: "pipeline".to_owned(),
            }
        }
        (None, _) => Actor {
            id: ["USER", "LOGNAME", "USERNAME"]
                .into_iter()
                .find_map(known)
                .or_else(user::name)
                .unwrap_or_else(|| "unknown".to_owned()),
            issuer: "local".to_owned(),
            method: "cli".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::model::context::Field;

    #[test]
    fn a_run_is_somebodys() {
        let variable = |name: &str| (name == "LOGNAME").then(|| "ana".to_owned());
        let of = |context: &CiContext| {
            let Actor { id, issuer, method } = actor(context, &variable);
            format!("{id} {issuer} {method}")
        };
        let mut context = CiContext::default();
        assert_eq!(of(&context), "ana local cli");
        context.set(Field::Ci, "circleci").expect("a system");
        assert_eq!(of(&context), "unknown circleci pipeline");
        context.set(Field::Forge, "github").expect("a forge");
        context.set(Field::Actor, "ben").expect("a name");
        assert_eq!(of(&context), "ben github pipeline");
        // Who pressed the button for a second run.
        context.set(Field::TriggeringActor, "cy").expect("a name");
        assert_eq!(of(&context), "cy github pipeline");
    }
}
