//! What follows from the rest, and what only git knows.

use crate::core::model::context::{
    CiContext, CiSystem, EventKind, GitAnswers, Known, Origin, Remote,
};

/// Takes the forge, and the repository on it, from the address of the repository.
pub(super) fn locate(context: &mut CiContext, remote: Option<Known<Remote>>) {
    let Some(remote) = remote else { return };
    fill(&mut context.repository, Some(remote.so(|remote| remote.repository.clone())));
    fill(&mut context.server_url, Some(remote.so(|remote| remote.server_url.clone())));
    fill(&mut context.forge, remote.and_then(|remote| remote.forge));
}

/// Most systems say of a tag that was pushed that something was pushed.
pub(super) fn tell_tags(context: &mut CiContext) {
    let is_push = context.is_for(&EventKind::Push);
    if let (true, Some(tag)) = (is_push, &context.tag) {
        context.event = Some(tag.so(|_| EventKind::Tag));
    }
}

/// Adds what follows from the rest, and what only git knows.
pub(super) fn complete(context: &mut CiContext, git: &GitAnswers) {
    let known =
        |what, text: &Option<String>| text.clone().map(|text| Known::new(text, Origin::Git(what)));
    let ci = context.ci.as_ref().map(|ci| ci.value);
    let head = git.head.clone().map(|head| Known::new(head, Origin::Git("HEAD")));
    if matches!(ci, None | Some(CiSystem::Generic)) {
        // A CI system that is known is believed: what it checked out may be a merge that it made,
        // on a branch of its own.
        fill(&mut context.head_sha, head.clone());
        if context.tag.is_none() && context.pull_request.is_none() {
            fill(&mut context.branch, known("HEAD", &git.branch));
        }
    }
    fill(&mut context.checkout_sha, head);
    fill(&mut context.workspace, known("top level", &git.top));
    fill(&mut context.default_branch, known("origin/HEAD", &git.default_branch));
    if let Some(origin) = git.origin.clone() {
        locate_by_origin(context, Known::new(origin, Origin::Git("origin")));
    }
    if let (Some(forge), Some(server)) = (&context.forge, &context.server_url) {
        let api = server.clone().and_then(|server| forge.value.api_url(&server));
        fill(&mut context.api_url, api);
    }
    // What was not known may be known by now.
    let mut notes = std::mem::take(&mut context.notes);
    notes.retain(|note| note.field.is_none_or(|field| context.get(field).is_none()));
    context.notes = notes;
}

/// Takes from `origin` what is missing, unless `origin` is another repository than the one that the
/// CI system named: then its server may be another one as well.
fn locate_by_origin(context: &mut CiContext, origin: Known<Remote>) {
    let is_same_forge = match (&context.forge, origin.value.forge) {
        (Some(forge), found) => Some(forge.value) == found,
        (None, _) => true,
    };
    let is_same_repository = match &context.repository {
        Some(repository) => repository.value == origin.value.repository,
        None => true,
    };
    let is_same_server = match &context.server_url {
        Some(server) => server.value == origin.value.server_url,
        None => true,
    };
    if is_same_forge && is_same_repository && is_same_server {
        locate(context, Some(origin));
    }
}

/// Fills what is empty.
pub(super) fn fill<T>(slot: &mut Option<T>, value: Option<T>) {
    if slot.is_none() {
        *slot = value;
    }
}
