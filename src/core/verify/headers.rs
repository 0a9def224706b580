//! Headers of a check's request: `$NAME` stands for a variable of the environment.

/// Whose values no check may send anywhere: clodo's own keys to the account and to the forge. A
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

/// Why a header cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
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
/// Where one is not there, or none that a check may send.
pub fn filled(
    headers: &[(String, String)],
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<(String, String)>, HeaderError> {
    headers.iter().map(|(name, value)| Ok((name.clone(), fill(value, variable)?))).collect()
}

fn fill(mut text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<String, HeaderError> {
    let mut filled = String::new();
    while let Some((before, rest)) = text.split_once('$') {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (name, after) = rest.split_at(rest.find(|c| !is_name(c)).unwrap_or(rest.len()));
        filled += before;
        if name.is_empty() {
            filled.push('$');
        } else if OWN.iter().any(|own| name.starts_with(own)) {
            return Err(HeaderError::Own(name.to_owned()));
        } else {
            filled += &variable(name).ok_or_else(|| HeaderError::Unset(name.to_owned()))?;
        }
        text = after;
    }
    Ok(filled + text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<String, HeaderError> {
        fill(text, &|name| (name == "KEY").then(|| "s3cret".to_owned()))
    }

    #[test]
    fn variables_are_put_in_their_places() {
        assert_eq!(value("Bearer $KEY").as_deref(), Ok("Bearer s3cret"));
        assert_eq!(value("$KEY-$KEY; 5 $").as_deref(), Ok("s3cret-s3cret; 5 $"));
        assert_eq!(value("$OTHER"), Err(HeaderError::Unset("OTHER".into())));
        for own in ["$CLOUDFLARE_API_TOKEN", "x$GITHUB_TOKEN"] {
            assert!(matches!(value(own), Err(HeaderError::Own(_))), "{own}");
        }
    }
}
