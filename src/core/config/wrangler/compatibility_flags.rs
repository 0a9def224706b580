//! The compatibility flags of workerd, the runtime of Workers.
//!
//! Source: workerd 1.20261117.1, the version that Wrangler 4.164.0 brings along. Its binary holds
//! the schema `compatibility-date.capnp`; the table was read from there, and each name was then
//! given to the same binary: it knows them all, and says which are experimental.

use super::Level;
use crate::core::model::Value;

/// The version of workerd that the table describes.
pub const WORKERD: &str = "1.20261117.1";

/// Something that may be switched on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch {
    /// The flag that switches it on.
    pub on: &'static str,
    /// The flag that switches it off, for those who need the old behaviour with a newer date.
    pub off: Option<&'static str>,
    /// Whether only Cloudflare's own test accounts may switch it on.
    pub experimental: bool,
}

impl Switch {
    /// Whether a flag sets it, one way or the other.
    pub fn is_set_by(&self, flag: &str) -> bool {
        self.on == flag || self.off == Some(flag)
    }

    /// The flag that says the opposite of one that sets it.
    pub fn opposite_of(&self, flag: &str) -> Option<&'static str> {
        if self.on == flag { self.off } else { Some(self.on) }
    }
}

/// What a flag sets.
pub fn switch_of(flag: &str) -> Option<&'static Switch> {
    SWITCHES.iter().find(|switch| switch.is_set_by(flag))
}

/// Every flag.
pub fn flags() -> impl Iterator<Item = &'static str> {
    SWITCHES.iter().flat_map(|switch| std::iter::once(switch.on).chain(switch.off))
}

/// A flag that stands in a list.
#[derive(Clone, Debug)]
pub struct Listed<'a> {
    /// The flag.
    pub flag: &'a str,
    /// The value that holds it.
    pub value: &'a Value,
    /// Its path: `env.staging.compatibility_flags[0]`.
    pub path: String,
}

/// The flags that a table lists, in their order.
pub fn listed<'a>(level: &Level<'a>) -> Vec<Listed<'a>> {
    let list = level.get("compatibility_flags").map(Value::items).unwrap_or_default();
    let path = level.path("compatibility_flags");
    let flags = list.iter().enumerate().filter_map(|(index, value)| {
        Some(Listed { flag: value.as_str()?, value, path: format!("{path}[{index}]") })
    });
    flags.collect()
}

const fn both(on: &'static str, off: &'static str) -> Switch {
    Switch { on, off: Some(off), experimental: false }
}

const fn only(on: &'static str) -> Switch {
    Switch { on, off: None, experimental: false }
}

impl Switch {
    const fn experimental(self) -> Self {
        Self { experimental: true, ..self }
    }
}

#[rustfmt::skip]
static SWITCHES: &[Switch] = &[
    both("allow_custom_ports", "ignore_custom_ports"),
    both("allow_eval_during_startup", "disallow_eval_during_startup"),
    only("allow_insecure_inefficient_logged_eval").experimental(),
    only("allow_irrevocable_stub_storage"),
    both("assets_navigation_prefers_asset_serving", "assets_navigation_has_no_effect"),
    only("auto_grpc_convert"),
    both("auto_inject_python_workers", "no_auto_inject_python_workers").experimental(),
    both("bind_asynclocalstorage_snapshot_to_request", "do_not_bind_asynclocalstorage_snapshot_to-request"),
    both("blob_standard_mime_type", "blob_legacy_mime_type"),
    both("brotli_content_encoding", "no_brotli_content_encoding"),
    both("cache_api_compat_flags", "no_cache_api_compat_flags"),
    both("cache_api_request_cf_overrides_cache_rules", "no_cache_api_request_cf_overrides_cache_rules"),
    both("cache_no_cache_enabled", "cache_no_cache_disabled"),
    both("cache_option_enabled", "cache_option_disabled"),
    both("cache_option_preserves_cache_control", "cache_option_overrides_cache_control"),
    both("cache_reload_enabled", "cache_reload_disabled").experimental(),
    both("capture_async_api_throws", "do_not_capture_async_api_throws"),
    only("connect_handler_starttls").experimental(),
    only("connect_pass_through").experimental(),
    both("containers_pid_namespace", "no_containers_pid_namespace"),
    both("crypto_preserve_public_exponent", "no_crypto_preserve_public_exponent"),
    only("d1_binding_jsrpc").experimental(),
    both("delete_all_deletes_alarm", "delete_all_preserves_alarm"),
    both("diagnostics_channel_has_subscribers_getter", "no_diagnostics_channel_has_subscribers_getter"),
    both("disable_top_level_await_in_require", "enable_top_level_await_in_require"),
    both("disallow_importable_env", "allow_importable_env"),
    both("dont_substitute_null_on_type_error", "substitute_null_on_type_error"),
    only("durable_object_alarms"),
    both("durable_object_fetch_requires_full_url", "durable_object_fetch_allows_relative_url"),
    only("durable_object_get_existing").experimental(),
    both("durable_object_io_tasks_prevent_eviction", "durable_object_io_tasks_do_not_prevent_eviction"),
    only("durable_object_rename").experimental(),
    only("durable_object_snapshots").experimental(),
    both("dynamic_dispatch_tunnel_exceptions", "dynamic_dispatch_treat_exceptions_as_500"),
    only("enable_abortsignal_rpc").experimental(),
    both("enable_ctx_exports", "disable_ctx_exports"),
    only("enable_ctx_version_metadata").experimental(),
    only("enable_d1_with_sessions_api").experimental(),
    both("enable_email_sending_queuing", "disable_email_sending_queuing"),
    both("enable_fast_jsg_struct", "disable_fast_jsg_struct"),
    both("enable_global_performance_classes", "disable_global_performance_classes"),
    both("enable_navigator_language", "disable_navigator_language"),
    both("enable_nodejs_child_process_module", "disable_nodejs_child_process_module"),
    both("enable_nodejs_cluster_module", "disable_nodejs_cluster_module"),
    both("enable_nodejs_console_module", "disable_nodejs_console_module"),
    both("enable_nodejs_dgram_module", "disable_nodejs_dgram_module"),
    both("enable_nodejs_domain_module", "disable_nodejs_domain_module"),
    both("enable_nodejs_fs_module", "disable_nodejs_fs_module"),
    both("enable_nodejs_global_timers", "no_nodejs_global_timers"),
    both("enable_nodejs_http2_module", "disable_nodejs_http2_module"),
    both("enable_nodejs_http_modules", "disable_nodejs_http_modules"),
    both("enable_nodejs_http_server_modules", "disable_nodejs_http_server_modules"),
    only("enable_nodejs_inspector_local_dev").experimental(),
    both("enable_nodejs_inspector_module", "disable_nodejs_inspector_module"),
    both("enable_nodejs_os_module", "disable_nodejs_os_module"),
    both("enable_nodejs_perf_hooks_module", "disable_nodejs_perf_hooks_module"),
    both("enable_nodejs_process_v2", "disable_nodejs_process_v2"),
    both("enable_nodejs_punycode_module", "disable_nodejs_punycode_module"),
    both("enable_nodejs_readline_module", "disable_nodejs_readline_module"),
    both("enable_nodejs_repl_module", "disable_nodejs_repl_module"),
    both("enable_nodejs_sqlite_module", "disable_nodejs_sqlite_module"),
    both("enable_nodejs_stream_wrap_module", "disable_nodejs_stream_wrap_module"),
    both("enable_nodejs_trace_events_module", "disable_nodejs_trace_events_module"),
    both("enable_nodejs_tty_module", "disable_nodejs_tty_module"),
    both("enable_nodejs_v8_module", "disable_nodejs_v8_module"),
    both("enable_nodejs_vm_module", "disable_nodejs_vm_module"),
    both("enable_nodejs_wasi_module", "disable_nodejs_wasi_module"),
    both("enable_nodejs_worker_threads_module", "disable_nodejs_worker_threads_module"),
    both("enable_python_external_sdk", "disable_python_external_sdk"),
    both("enable_request_signal", "disable_request_signal"),
    both("enable_streams_nodejs_v24_compat", "disable_streams_nodejs_v24_compat"),
    both("enable_validate_workflow_entrypoint", "disable_validate_workflow_entrypoint"),
    only("enable_version_api").experimental(),
    both("enable_weak_ref", "disable_weak_ref"),
    only("enable_web_file_system").experimental(),
    both("encoder_stream_spec_compliant_backpressure", "no_encoder_stream_spec_compliant_backpressure"),
    both("enhanced_error_serialization", "legacy_error_serialization"),
    both("env_module_nullable_support", "no_env_module_nullable_support"),
    only("experimental").experimental(),
    both("export_commonjs_default", "export_commonjs_namespace"),
    only("expose_draining_reader").experimental(),
    both("expose_global_message_channel", "no_expose_global_message_channel"),
    only("expose_serialization_test_class").experimental(),
    both("fetch_iterable_type_support", "no_fetch_iterable_type_support"),
    both("fetch_iterable_type_support_override_adjustment", "no_fetch_iterable_type_support_override_adjustment"),
    both("fetch_refuses_unknown_protocols", "fetch_treats_unknown_protocols_as_http"),
    both("fetch_standard_url", "fetch_legacy_url"),
    both("fetcher_no_get_put_delete", "fetcher_has_get_put_delete"),
    both("fixup-transform-stream-backpressure", "original-transform-stream-backpressure"),
    both("formdata_parser_supports_files", "formdata_parser_converts_files_to_strings"),
    both("global_fetch_strictly_public", "global_fetch_private_origin"),
    both("global_navigator", "no_global_navigator"),
    both("handle_cross_request_promise_resolution", "no_handle_cross_request_promise_resolution"),
    only("html_rewriter_treats_esi_include_as_void_tag"),
    both("http_headers_getsetcookie", "no_http_headers_getsetcookie"),
    both("immutable_api_prototypes", "mutable_api_prototypes"),
    only("increase_websocket_message_size").experimental(),
    both("internal_stream_byob_return_view", "internal_stream_byob_return_undefined"),
    both("internal_writable_stream_abort_clears_queue", "internal_writable_stream_abort_does_not_clear_queue"),
    only("js_rpc").experimental(),
    only("kv_direct_binding").experimental(),
    only("memory_cache_delete").experimental(),
    both("minimal_subrequests", "no_minimal_subrequests"),
    both("new_module_registry", "legacy_module_registry"),
    both("no_cf_botmanagement_default", "cf_botmanagement_default"),
    both("no_cots_on_external_fetch", "cots_on_external_fetch"),
    both("no_global_importscripts", "global_importscripts"),
    both("no_resizable_array_buffer_in_blob", "resizable_array_buffer_in_blob"),
    both("nodejs_als", "no_nodejs_als"),
    both("nodejs_compat", "no_nodejs_compat"),
    both("nodejs_compat_populate_process_env", "nodejs_compat_do_not_populate_process_env"),
    both("nodejs_compat_v2", "no_nodejs_compat_v2"),
    both("nodejs_process_version_24", "no_nodejs_process_version_24"),
    both("nodejs_zlib", "no_nodejs_zlib"),
    only("nonclass_entrypoint_reuses_ctx_across_invocations"),
    only("offpeak_location_hint").experimental(),
    both("pedantic_wpt", "non_pedantic_wpt"),
    both("pipe_to_backward_propagation", "no_pipe_to_backward_propagation"),
    both("precise_timers", "no_precise_timers").experimental(),
    both("python_check_rng_state", "disable_python_check_rng_state"),
    both("python_dedicated_snapshot", "disable_python_dedicated_snapshot"),
    both("python_dedicated_snapshot_keep_import_caches", "no_python_dedicated_snapshot_keep_import_caches"),
    only("python_external_packages"),
    both("python_no_global_handlers", "disable_python_no_global_handlers"),
    both("python_process_pth_files", "disable_python_process_pth_files"),
    both("python_request_headers_preserve_commas", "disable_python_request_headers_preserve_commas"),
    only("python_shared_standard_library"),
    only("python_workers"),
    both("python_workers_20250116", "no_python_workers_20250116"),
    both("python_workers_20260610", "no_python_workers_20260610"),
    both("python_workers_314", "no_python_workers_314"),
    only("python_workers_development").experimental(),
    only("python_workers_durable_objects").experimental(),
    only("python_workers_force_new_vendor_path"),
    both("python_workflows", "disable_python_workflows"),
    both("python_workflows_implicit_dependencies", "no_python_workflows_implicit_dependencies"),
    only("python_zstd_snapshot").experimental(),
    both("queue_consumer_no_wait_for_wait_until", "queue_consumer_wait_for_wait_until"),
    both("queue_expose_error_codes", "no_queue_expose_error_codes"),
    both("queues_json_messages", "no_queues_json_messages"),
    only("r2_binding_jsrpc").experimental(),
    only("r2_list_honor_include"),
    both("r2_public_beta_bindings", "r2_internal_beta_bindings"),
    both("remove_nodejs_compat_eol", "add_nodejs_compat_eol"),
    both("remove_nodejs_compat_eol_v22", "add_nodejs_compat_eol_v22"),
    both("remove_nodejs_compat_eol_v23", "add_nodejs_compat_eol_v23"),
    both("remove_nodejs_compat_eol_v24", "add_nodejs_compat_eol_v24"),
    only("replica_routing").experimental(),
    both("request_cf_overrides_cache_rules", "no_request_cf_overrides_cache_rules"),
    both("request_signal_passthrough", "no_request_signal_passthrough"),
    both("require_returns_default_export", "require_returns_namespace"),
    both("response_redirect_url_standard", "response_redirect_url_original"),
    both("rpc", "no_rpc"),
    only("rpc_dispose_cancels_call").experimental(),
    both("rpc_params_dup_stubs", "rpc_params_transfer_stubs"),
    only("rtti_api").experimental(),
    only("service_binding_extra_handlers").experimental(),
    both("set_event_target_this", "no_set_event_target_this"),
    both("set_forwardable_email_full_headers", "set_forwardable_email_single_headers"),
    both("set_tostring_tag", "do_not_set_tostring_tag"),
    both("spec_compliant_dispatch_exceptions", "no_spec_compliant_dispatch_exceptions"),
    both("spec_compliant_property_attributes", "no_spec_compliant_property_attributes").experimental(),
    only("streaming_tail_worker").experimental(),
    both("streams_byob_reader_detaches_buffer", "streams_byob_reader_does_not_detach_buffer"),
    both("streams_enable_constructors", "streams_disable_constructors"),
    both("streams_no_default_auto_allocate_chunk_size", "streams_auto_allocate_chunk_size_default").experimental(),
    both("strict_compression_checks", "no_strict_compression_checks"),
    both("strict_crypto_checks", "no_strict_crypto_checks"),
    both("strip_authorization_on_cross_origin_redirect", "retain_authorization_on_cross_origin_redirect"),
    both("strip_bom_in_read_all_text", "do_not_strip_bom_in_read_all_text"),
    only("tail_worker_user_spans").experimental(),
    only("tcp_sockets_support"),
    both("temporal", "no_temporal"),
    both("text_decoder_cjk_decoder", "disable_text_decoder_cjk_decoder"),
    both("text_decoder_replace_surrogates", "disable_text_decoder_replace_surrogates"),
    both("throw_on_not_implemented_tls_options", "no_throw_on_not_implemented_tls_options"),
    both("throw_on_unrecognized_import_assertion", "ignore_unrecognized_import_assertion"),
    both("transformstream_enable_standard_constructor", "transformstream_disable_standard_constructor"),
    only("typescript_implemented_streams").experimental(),
    only("typescript_strip_types").experimental(),
    both("unhandled_rejection_after_microtask_checkpoint", "no_unhandled_rejection_after_microtask_checkpoint"),
    only("unique_ctx_per_invocation"),
    only("unsafe_module").experimental(),
    only("unsupported_process_actual_platform").experimental(),
    both("unwrap_custom_thenables", "no_unwrap_custom_thenables"),
    both("upper_case_all_http_methods", "no_upper_case_all_http_methods"),
    both("url_standard", "url_original"),
    both("urlpattern_standard", "urlpattern_original"),
    both("urlsearchparams_delete_has_value_arg", "no_urlsearchparams_delete_has_value_arg"),
    both("vectorize_query_metadata_optional", "vectorize_query_original"),
    only("wasm_esm_integration_builtins"),
    only("wasm_memory_discard").experimental(),
    both("wasm_source_url_support", "no_wasm_source_url_support"),
    both("web_socket_auto_reply_to_close", "web_socket_manual_reply_to_close"),
    both("web_socket_compression", "no_web_socket_compression"),
    only("webcrypto_modern_algorithms"),
    only("webgpu").experimental(),
    both("websocket_close_reason_byte_limit", "no_websocket_close_reason_byte_limit"),
    both("websocket_standard_binary_type", "no_websocket_standard_binary_type"),
    both("workers_api_getters_setters_on_prototype", "workers_api_getters_setters_on_instance"),
    only("workflows_bindings_rpc").experimental(),
    both("workflows_enable_fast_engine_creation", "workflows_disable_fast_engine_creation"),
    both("workflows_preserve_non_retryable_error_message", "workflows_replace_non_retryable_error_message"),
    only("workflows_step_rollback").experimental(),
    both("writable_stream_spec_compliant_writer", "no_writable_stream_spec_compliant_writer"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_no_flag_stands_twice() {
        assert!(SWITCHES.windows(2).all(|pair| pair[0].on < pair[1].on));
        let mut all: Vec<_> = flags().collect();
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_flag_is_found_with_its_opposite() {
        let opposite = |flag| switch_of(flag).and_then(|switch| switch.opposite_of(flag));
        assert_eq!(opposite("url_standard"), Some("url_original"));
        assert_eq!(opposite("url_original"), Some("url_standard"));
        assert_eq!(opposite("tcp_sockets_support"), None);
        assert_eq!(switch_of("nodejs_compatt"), None);
    }
}
