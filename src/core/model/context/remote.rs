//! The address of a repository, taken apart.

use super::ForgeKind;

/// Where a repository is, without anything secret that its address may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// The forge, as in `https://github.com`; for Azure DevOps with the organization.
    pub server_url: String,
    /// The repository on it: `owner/name`, or the full path where there are groups. On Azure DevOps
    /// `project/repository`.
    pub repository: String,
    /// The kind of forge, where the host tells.
    pub forge: Option<ForgeKind>,
}

/// What comes between a repository and the number of a pull request, on the forges that there are.
const BEFORE_NUMBER: [&str; 5] =
    ["/-/merge_requests/", "/merge_requests/", "/pull-requests/", "/pulls/", "/pull/"];

impl Remote {
    /// Reads the address of a repository as git takes it: `https://host/path.git`,
    /// `ssh://git@host/path.git` or `git@host:path.git`. Paths on a disk are no such address.
    pub fn parse(address: &str) -> Option<Self> {
        let (scheme, rest) = match address.trim().split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest.to_owned()),
            // git@host:path: no slash may come before the colon.
            None => {
                let (host, path) = address.trim().split_once(':')?;
                if host.len() < 2 || host.contains('/') {
                    return None;
                }
                ("ssh".to_owned(), format!("{host}/{}", path.trim_start_matches('/')))
            }
        };
        let (authority, path) = rest.split_once('/')?;
        // A name and a password may stand before the host.
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = authority.split(':').next().unwrap_or_default();
        if host.is_empty() || !authority.chars().all(is_of_host) {
            return None;
        }
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        if path.is_empty() {
            return None;
        }
        match scheme.as_str() {
            "http" | "https" => Self::on(&format!("{scheme}://{authority}"), host, path),
            // The port is that of ssh, and says nothing of where the web pages are.
            "ssh" | "git" | "git+ssh" => Self::over_ssh(host, path),
            _ => None,
        }
    }

    /// Reads the address of a pull request's page: its repository and its number.
    pub fn of_pull_request(url: &str) -> Option<(Self, u64)> {
        let (repository, number) =
            BEFORE_NUMBER.iter().find_map(|between| url.rsplit_once(between))?;
        let digits: &str = number.split(['/', '?', '#']).next().unwrap_or_default();
        Some((Self::parse(repository)?, digits.parse().ok()?))
    }

    fn over_ssh(host: &str, path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').collect();
        match (host, &parts[..]) {
            // git@ssh.dev.azure.com:v3/organization/project/repository
            ("ssh.dev.azure.com" | "vs-ssh.visualstudio.com", ["v3", organization, rest @ ..]) => {
                Some(Self {
                    server_url: format!("https://dev.azure.com/{organization}"),
                    repository: plain(&rest.join("/")),
                    forge: Some(ForgeKind::AzureDevops),
                })
            }
            ("ssh.github.com", _) => Self::on("https://github.com", "github.com", path),
            _ => Self::on(&format!("https://{host}"), host, path),
        }
    }

    fn on(server_url: &str, host: &str, path: &str) -> Option<Self> {
        let forge = ForgeKind::of_host(host);
        let Some((before, repository)) = path.split_once("_git/") else {
            return Some(Self {
                server_url: server_url.to_owned(),
                repository: path.to_owned(),
                forge,
            });
        };
        // Azure DevOps: organization/project/_git/repository, where the project is left out if it
        // has the name of the repository.
        let before = before.trim_end_matches('/');
        let (organization, project) = match before.rsplit_once('/') {
            Some((organization, project)) => (organization, project),
            None if host == "dev.azure.com" => (before, repository),
            None if before.is_empty() => ("", repository),
            None => ("", before),
        };
        Some(Self {
            server_url: format!("{server_url}/{organization}").trim_end_matches('/').to_owned(),
            repository: plain(&format!("{project}/{repository}")),
            forge: Some(ForgeKind::AzureDevops),
        })
    }
}

/// A path as people write it: names on Azure DevOps may hold spaces, which are `%20` in an address.
fn plain(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, others @ ..] = rest {
        let code = others.get(..2).filter(|_| *first == b'%').and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 16).ok()
        });
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &others[2..] } else { others };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}

fn is_of_host(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        for (address, server, repository) in [
            ("https://github.com/acme/shop.git", "https://github.com", "acme/shop"),
            ("git://github.com/acme/shop.git", "https://github.com", "acme/shop"),
            ("git@github.com:acme/shop.git", "https://github.com", "acme/shop"),
            ("ssh://git@ssh.github.com:443/acme/shop", "https://github.com", "acme/shop"),
            ("git@gitlab.com:a/b/c/shop.git", "https://gitlab.com", "a/b/c/shop"),
            ("http://git.local:8080/a/b/", "http://git.local:8080", "a/b"),
            ("ssh://git@git.local:2222/a/b.git", "https://git.local", "a/b"),
            ("https://dev.azure.com/acme/web/_git/shop", "https://dev.azure.com/acme", "web/shop"),
            (
                "https://acme@dev.azure.com/acme/_git/shop",
                "https://dev.azure.com/acme",
                "shop/shop",
            ),
            (
                "https://dev.azure.com/acme/My%20Web/_git/1%",
                "https://dev.azure.com/acme",
                "My Web/1%",
            ),
            ("git@ssh.dev.azure.com:v3/acme/web/shop", "https://dev.azure.com/acme", "web/shop"),
            (
                "https://acme.visualstudio.com/web/_git/shop",
                "https://acme.visualstudio.com",
                "web/shop",
            ),
        ] {
            let remote = Remote::parse(address);
            let found = remote.as_ref().map(|r| (&*r.server_url, &*r.repository));
            assert_eq!(found, Some((server, repository)), "{address}");
        }
        for none in ["", "/srv/git/shop.git", "../shop", "C:/shop", "file:///srv/shop", "https://"]
        {
            assert_eq!(Remote::parse(none), None, "{none}");
        }
    }

    #[test]
    fn nothing_secret_is_kept() {
        let address = "https://gitlab-ci-token:glcbt-64_s3cr3t@gitlab.com/a/b.git?token=s3cr3t";
        let remote = format!("{:?}", Remote::parse(address).expect("an address"));
        assert!(!remote.contains("s3cr3t") && !remote.contains("gitlab-ci-token"), "{remote}");
    }

    #[test]
    fn pages_of_pull_requests_name_them() {
        for (url, repository, number) in [
            ("https://github.com/acme/shop/pull/12", "acme/shop", 12),
            ("https://gitlab.com/a/b/shop/-/merge_requests/3", "a/b/shop", 3),
            ("https://bitbucket.org/acme/shop/pull-requests/7/fix", "acme/shop", 7),
            ("https://codeberg.org/acme/shop/pulls/9#top", "acme/shop", 9),
        ] {
            let found = Remote::of_pull_request(url).map(|(r, number)| (r.repository, number));
            assert_eq!(found, Some((repository.to_owned(), number)), "{url}");
        }
        assert_eq!(Remote::of_pull_request("https://github.com/acme/shop/pull/x"), None);
    }
}
