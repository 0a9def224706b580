//! Attacks on the gate, in the order in which the threat model of `docs/approvals.md` names them: what
//! somebody does who may write to the repository and wants a deployment that nobody agreed to.
//!
//! Each is done as it would be done, with the real binary, the real Wrangler, and a forge on which
//! people act under their own names.

mod approve_one_deploy_another;
mod approve_then_force_push;
mod around_the_gate;
mod artifact_with_a_foreign_sha;
mod clock_skew_at_expiry;
mod command_by_a_removed_member;
mod command_by_an_outsider;
mod edited_comment;
mod empty_service_set;
mod errors_at_each_call;
mod forged_marker;
mod fork_with_pull_request_target;
mod hash_prefix_collision;
mod payloads_in_names;
mod policy_changed_in_the_pull_request;
mod race_on_one_approval;
mod replay_for_another_environment;
mod second_account_as_co_author;
mod several_merges_at_once;
