//! The little of the WebSocket protocol (RFC 6455) that a tail needs: a handshake, and a connection
//! that answers pings and closes when it is asked to.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Response, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper_util::rt::TokioIo;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// What a server adds to the key of a client: RFC 6455, section 1.3.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// How long a message of the client may be. Those of a tail are small.
const MAX_MESSAGE: u64 = 1 << 20;

const TEXT_AND_BINARY: std::ops::RangeInclusive<u8> = 0..=2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// Accepts a WebSocket, and keeps it until the client closes it.
pub(super) fn accept(mut request: Request, protocol: &'static str) -> Response<Body> {
    let Some(key) = key(request.headers()) else {
        let mut response = Response::new(Body::from("a WebSocket was expected\n"));
        *response.status_mut() = StatusCode::UPGRADE_REQUIRED;
        return response;
    };
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            // A client that breaks off has ended all the same.
            let _ = keep(TokioIo::new(upgraded)).await;
        }
    });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let mut put =
        |name, value: &str| value.parse().map(|value| response.headers_mut().insert(name, value));
    let _ = put(header::UPGRADE, "websocket");
    let _ = put(header::CONNECTION, "Upgrade");
    let _ = put(header::SEC_WEBSOCKET_ACCEPT, &key);
    let _ = put(header::SEC_WEBSOCKET_PROTOCOL, protocol);
    response
}

/// The answer to the key of a client's handshake.
fn key(headers: &HeaderMap) -> Option<String> {
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?.to_str().ok()?;
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, format!("{key}{GUID}").as_bytes());
    Some(STANDARD.encode(digest))
}

async fn keep(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
    loop {
        let (kind, payload) = read(&mut stream).await?;
        match kind {
            PING => write(&mut stream, PONG, &payload).await?,
            CLOSE => {
                write(&mut stream, CLOSE, &payload).await?;
                return stream.shutdown().await;
            }
            kind if TEXT_AND_BINARY.contains(&kind) || kind == PONG => {}
            _ => return Ok(()),
        }
    }
}

/// The kind and the payload of the next frame.
async fn read(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<(u8, Vec<u8>)> {
    let [first, second] = [stream.read_u8().await?, stream.read_u8().await?];
    let length = match second & 0x7f {
        126 => u64::from(stream.read_u16().await?),
        127 => stream.read_u64().await?,
        short => u64::from(short),
    };
    if length > MAX_MESSAGE {
        return Err(std::io::ErrorKind::InvalidData.into());
    }
    let mut mask = [0; 4];
    if second & 0x80 != 0 {
        stream.read_exact(&mut mask).await?;
    }
    let mut payload = Vec::new();
    stream.take(length).read_to_end(&mut payload).await?;
    payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
    Ok((first & 0x0f, payload))
}

/// Writes a control frame, which is never longer than 125 bytes.
async fn write(
    stream: &mut (impl AsyncWrite + Unpin),
    kind: u8,
    payload: &[u8],
) -> std::io::Result<()> {
    let payload = &payload[..payload.len().min(125)];
    let length = u8::try_from(payload.len()).unwrap_or(125);
    stream.write_all(&[0x80 | kind, length]).await?;
    stream.write_all(payload).await?;
    stream.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_the_rfc_is_answered() {
        let mut headers = HeaderMap::new();
        let sent = "dGhlIHNhbXBsZSBub25jZQ==".parse().expect("a header");
        headers.insert(header::SEC_WEBSOCKET_KEY, sent);
        assert_eq!(key(&headers).as_deref(), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    }

    #[tokio::test]
    async fn a_ping_is_answered_and_a_close_ends() {
        let (mut client, server) = tokio::io::duplex(1024);
        let kept = tokio::spawn(keep(server));
        let masked = |kind: u8| vec![0x80 | kind, 0x82, 1, 2, 3, 4, b'h' ^ 1, b'i' ^ 2];
        client.write_all(&masked(PING)).await.expect("a ping");
        client.write_all(&masked(CLOSE)).await.expect("a close");
        let mut answered = Vec::new();
        client.read_to_end(&mut answered).await.expect("the answers");
        assert_eq!(answered, [0x80 | PONG, 2, b'h', b'i', 0x80 | CLOSE, 2, b'h', b'i']);
        kept.await.expect("it ended").expect("without an error");
    }
}
