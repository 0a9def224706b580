//! Requests to Workers: hosts, splits, assets, streams, WebSockets.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use clodo::server::sandbox::state::workers::{Asset, Assets};
use serde_json::{Value, json};

use super::{deploy, running, version, within_six_sigma};

#[test]
fn a_deployed_worker_answers() {
    let Some(stand) = running() else { return };
    let code = "export default { fetch(request, env) {
        if (request.url.endsWith('/throw')) throw new Error('boom');
        return Response.json([request.url, env.V, env.META.id, request.cf.colo]);
    } };";
    let bindings = [
        json!({ "type": "plain_text", "name": "V", "text": "one" }),
        json!({ "type": "version_metadata", "name": "META" }),
    ];
    let id = version(&stand, "api", code, &bindings);
    assert_eq!(stand.visit("api.localhost", "/", &[]).0, 522, "no deployment yet");
    deploy(&stand, "api", &[(&id, 100.0)]);
    let (status, text) = stand.visit("api.localhost", "/a?b", &[]);
    let answer: Value = serde_json::from_str(&text).expect(&text);
    let url = "https://api.sandbox.workers.dev/a?b";
    assert_eq!((status, answer), (200, json!([url, "one", id, "SBX"])));
    let preview = format!("{}-api.sandbox.workers.dev", &id[..8]);
    assert_eq!(stand.visit(&preview, "/", &[]).0, 200);
    let thrown = stand.visit("api.localhost", "/throw", &[]);
    assert_eq!(thrown, (500, "error code: 1101".into()));
    let nothing = stand.visit("nothing.localhost", "/", &[]);
    assert_eq!(nothing, (404, "There is nothing here yet\n".into()));
}

#[test]
fn a_split_follows_its_shares_and_an_override_reaches_what_has_none() {
    let Some(stand) = running() else { return };
    let code = |text| format!("export default {{ fetch: () => new Response('{text}') }};");
    let old = version(&stand, "split", &code("old"), &[]);
    let new = version(&stand, "split", &code("new"), &[]);
    deploy(&stand, "split", &[(&old, 90.0), (&new, 10.0)]);
    let answers: Vec<_> = (0..400).map(|_| stand.visit("split.localhost", "/", &[]).1).collect();
    let seen = answers.iter().filter(|answer| *answer == "new").count();
    assert!(answers.iter().all(|answer| answer == "new" || answer == "old"));
    assert!(within_six_sigma(seen, 400, 0.1), "{seen} of 400");
    let keyed =
        |key| stand.visit("split.localhost", "/", &[("cloudflare-workers-version-key", key)]);
    for key in ["ana", "ben", "cem"] {
        let first = keyed(key);
        assert!((0..5).all(|_| keyed(key) == first), "{key} moves");
    }
    deploy(&stand, "split", &[(&old, 100.0), (&new, 0.0)]);
    let asked = format!("split=\"{new}\"");
    let overridden = |value: &str| {
        stand.visit("split.localhost", "/", &[("cloudflare-workers-version-overrides", value)]).1
    };
    assert_eq!((&*overridden(&asked), &*overridden("other=\"x\"")), ("new", "old"));
    deploy(&stand, "split", &[(&old, 100.0)]);
    assert_eq!(overridden(&asked), "old", "no longer in the deployment");
}

#[test]
fn assets_are_served_as_they_were_configured() {
    let Some(stand) = running() else { return };
    let code = "export default { async fetch(request, env) {
        const page = await env.ASSETS.fetch('https://any/page');
        return new Response(`worker, ${(await page.text()).trim()}`);
    } };";
    for (name, text) in [("first", "one"), ("second", "two")] {
        let id = version(&stand, name, code, &[json!({ "type": "assets", "name": "ASSETS" })]);
        let put = |text: String| stand.sandbox.store.put_blob(text.into()).expect("a blob");
        let blobs = [put(format!("page {text}\n")), put("nothing\n".into())];
        let change = stand.sandbox.store.change(|state| {
            let mut manifest = BTreeMap::new();
            for (path, blob) in ["/page.html", "/404.html"].into_iter().zip(blobs) {
                let asset = Asset { blob: blob.clone(), content_type: None };
                state.workers.assets.insert(blob.clone(), asset);
                manifest.insert(path.to_owned(), blob);
            }
            let config = json!({
                "not_found_handling": "404-page", "run_worker_first": ["/api/*", "!/api/docs"],
                "_headers": "/page\n  x-from: rules\n", "_redirects": "/old /page 301\n",
            });
            let config = config.as_object().cloned().unwrap_or_default();
            let script = state.workers.scripts.get_mut(name).expect("a script");
            script.versions[0].assets = Some(Assets { manifest, config });
            Ok(())
        });
        change.expect("a change");
        deploy(&stand, name, &[(&id, 100.0)]);
        let visit = |path| stand.visit(&format!("{name}.localhost"), path, &[]);
        assert_eq!(visit("/page"), (200, format!("page {text}\n")));
        assert_eq!(visit("/old"), (200, format!("page {text}\n")), "redirected");
        assert_eq!(visit("/api/docs"), (404, "nothing\n".into()));
        assert_eq!(visit("/api/1"), (200, format!("worker, page {text}")));
    }
}

#[test]
fn answers_stream_and_web_sockets_stay_open() {
    let Some(stand) = running() else { return };
    let code = "export default { fetch(request) {
        if (request.headers.get('upgrade') === 'websocket') {
            const [near, far] = Object.values(new WebSocketPair());
            far.accept();
            far.addEventListener('message', ({ data }) => far.send(`echo ${data}`));
            return new Response(null, { status: 101, webSocket: near });
        }
        const { readable, writable } = new TransformStream();
        const writer = writable.getWriter();
        writer.write(new TextEncoder().encode('first '));
        // Never ends: whoever waits for the end waits for ever.
        return new Response(readable);
    } };";
    let id = version(&stand, "open", code, &[]);
    deploy(&stand, "open", &[(&id, 100.0)]);
    let address = stand.sandbox.edge_url.trim_start_matches("http://").to_owned();
    let ask = |headers: &str, until: &[u8]| {
        let mut stream = TcpStream::connect(&address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        let request = format!("GET / HTTP/1.1\r\nhost: open.localhost\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).expect("it listens");
        read_until(&mut stream, until);
        stream
    };
    let _streaming = ask("", b"first ");
    let mut socket = ask(
        "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        b"\r\n\r\n",
    );
    // "hi" as a text frame, masked with zeros: RFC 6455, section 5.2.
    socket.write_all(&[0x81, 0x82, 0, 0, 0, 0, b'h', b'i']).expect("it listens");
    read_until(&mut socket, b"\x81\x07echo hi");
}

/// Reads until something has come.
fn read_until(stream: &mut TcpStream, wanted: &[u8]) {
    let mut seen = Vec::new();
    let mut byte = [0];
    while !seen.windows(wanted.len()).any(|window| window == wanted) {
        let count = stream.read(&mut byte).expect("something comes in time");
        assert_eq!(count, 1, "ended after {:?}", String::from_utf8_lossy(&seen));
        seen.push(byte[0]);
    }
}
