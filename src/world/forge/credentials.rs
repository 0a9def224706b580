//! Which variable holds the token of a forge.

use super::{Credential, Kind};
use crate::world::http::Token;

/// What proves to a forge who we are, from the variables in which its users and its CI system put
/// it; the first that holds anything counts. `clodo` asks for no other secret.
pub fn credential(forge: Kind, variable: &dyn Fn(&str) -> Option<String>) -> Option<Credential> {
    let token = |name: &str| variable(name).and_then(|text| Token::new(&text));
    let first = |names: &[&str]| names.iter().find_map(|name| token(name)).map(Credential::Token);
    match forge {
        Kind::GitHub => first(&["INPUT_GITHUB-TOKEN", "GITHUB_TOKEN", "GH_TOKEN"]),
        Kind::GitLab => first(&["GITLAB_TOKEN"]).or(token("CI_JOB_TOKEN").map(Credential::Job)),
        Kind::Bitbucket => bitbucket(variable, &token),
        Kind::AzureDevOps => first(&["SYSTEM_ACCESSTOKEN"]).or_else(|| {
            let password = token("AZURE_DEVOPS_EXT_PAT")?;
            Some(Credential::Basic { user: String::new(), password })
        }),
        Kind::Gitea => {
            first(&["INPUT_GITHUB-TOKEN", "GITEA_TOKEN", "FORGEJO_TOKEN", "GITHUB_TOKEN"])
        }
    }
}

fn bitbucket(
    variable: &dyn Fn(&str) -> Option<String>,
    token: &dyn Fn(&str) -> Option<Token>,
) -> Option<Credential> {
    if let Some(token) = token("BITBUCKET_TOKEN") {
        return Some(Credential::Token(token));
    }
    if let (Some(user), Some(password)) = (variable("BITBUCKET_USER"), token("BITBUCKET_API_TOKEN"))
    {
        return Some(Credential::Basic { user, password });
    }
    // In a pipeline a proxy beside the step signs its requests.
    variable("BITBUCKET_BUILD_NUMBER").map(|_| Credential::Anonymous)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_holds_anything_counts() {
        let variables = |names: &'static [(&str, &str)]| {
            move |name: &str| {
                names.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            }
        };
        let of = |forge, names: &'static [(&str, &str)]| credential(forge, &variables(names));
        let token = |text: &str| Credential::Token(Token::new(text).expect("a token"));
        let github = of(Kind::GitHub, &[("INPUT_GITHUB-TOKEN", ""), ("GITHUB_TOKEN", "a")]);
        assert_eq!(github, Some(token("a")));
        assert_eq!(of(Kind::GitHub, &[("GITLAB_TOKEN", "a")]), None);
        let job = of(Kind::GitLab, &[("CI_JOB_TOKEN", "a")]);
        assert!(matches!(job, Some(Credential::Job(_))), "{job:?}");
        let proxy = of(Kind::Bitbucket, &[("BITBUCKET_BUILD_NUMBER", "7")]);
        assert_eq!(proxy, Some(Credential::Anonymous));
        assert_eq!(of(Kind::Bitbucket, &[]), None);
    }
}
