//! What a plan is bound to where people approve it.

/// What stands in the hash of a plan that people approve, beside what would be deployed: from where,
/// to where, and by which rules. Where nobody is asked, a plan is bound to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The repository, as the forge names it: `owner/name`.
    pub repository: Option<String>,
    /// The commit that people see: of a pull request its head, also when it has been merged and its
    /// files are the same. 40 hexadecimal digits.
    pub head: Option<String>,
    /// The environment, as `clodo.yml` names it.
    pub environment: String,
    /// The digest of the policy that decides.
    pub policy: String,
}
