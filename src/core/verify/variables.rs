//! Variables of the environment in checks: `$NAME` in the headers of a request, and what a command sees.

/// Whose values no check may see: clodo's own keys to the account and to the forge. A
/// check stands in a file that more people may change than may use these.
const OWN: [&str; 9] = [
    "CLOUDFLARE_",
    "CF_API",
    "GITHUB_TOKEN",
    "GH_TOKEN",
    "GITLAB_TOKEN",
    "CI_JOB_TOKEN",
    "ACTIONS_",
    "BITBUCKET_",
    "SYSTEM_ACCESSTOKEN",
];

/// Why a check cannot have a variable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VariableError {
    /// The variable is not there.
    #[error("the variable {0} is not set")]
    Unset(String),
    /// The variable is one of clodo's own.
    #[error("{0} is not for checks: it opens the account or the forge")]
    Own(String),
}

/// Puts the values of variables in their places.
///
/// # Errors
/// Where one is not there, or none that a check may see.
pub fn filled(
    headers: &[(String, String)],
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<(String, String)>, VariableError> {
    headers.iter().map(|(name, value)| Ok((name.clone(), fill(value, variable)?))).collect()
}

/// Looks whether a command may see these variables.
///
/// # Errors
/// Where one is none that a check may see.
pub fn permitted(names: &[String]) -> Result<(), VariableError> {
    match names.iter().find(|name| is_own(name)) {
        Some(own) => Err(VariableError::Own(own.clone())),
        None => Ok(()),
    }
}

fn is_own(name: &str) -> bool {
    OWN.iter().any(|own| name.starts_with(own))
}

fn fill(
    mut text: &str,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<String, VariableError> {
    let mut filled = String::new();
    while let Some((before, rest)) = text.split_once('$') {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (name, after) = rest.split_at(rest.find(|c| !is_name(c)).unwrap_or(rest.len()));
        filled += before;
        if name.is_empty() {
            filled.push('$');
        } else if is_own(name) {
            return Err(VariableError::Own(name.to_owned()));
        } else {
            filled += &variable(name).ok_or_else(|| VariableError::Unset(name.to_owned()))?;
        }
        text = after;
    }
    Ok(filled + text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<String, VariableError> {
        fill(text, &|name| (name == "KEY").then(|| "s3cret".to_owned()))
    }

    #[test]
    fn variables_are_put_in_their_places() {
        assert_eq!(value("Bearer $KEY").as_deref(), Ok("Bearer s3cret"));
        assert_eq!(value("$KEY-$KEY; 5 $").as_deref(), Ok("s3cret-s3cret; 5 $"));
        assert_eq!(value("$OTHER"), Err(VariableError::Unset("OTHER".into())));
        for own in ["$CLOUDFLARE_API_TOKEN", "x$GITHUB_TOKEN"] {
            assert!(matches!(value(own), Err(VariableError::Own(_))), "{own}");
        }
    }

    #[test]
    fn a_command_sees_none_of_our_own() {
        let permitted = |name: &str| permitted(&["KEY".to_owned(), name.to_owned()]);
        assert_eq!(permitted("OTHER"), Ok(()));
        for own in ["CLOUDFLARE_API_TOKEN", "GH_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"] {
            assert_eq!(permitted(own), Err(VariableError::Own(own.to_owned())));
        }
    }
}
