//! The little of the WebSocket protocol (RFC 6455) that a tail needs: a handshake, and a connection
//! that sends text, answers pings and closes when it is asked to.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Response, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{Stream, StreamExt as _};
use hyper_util::rt::TokioIo;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;

/// What a server adds to the key of a client: RFC 6455, section 1.3.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// How long a message of the client may be. Those of a tail are small.
const MAX_MESSAGE: u64 = 1 << 20;

const TEXT_AND_BINARY: std::ops::RangeInclusive<u8> = 0..=2;
const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// Accepts a WebSocket, and sends messages over it until there are no more, or the client closes it.
pub(super) fn accept(
    mut request: Request,
    protocol: &'static str,
    messages: impl Stream<Item = String> + Send + 'static,
) -> Response<Body> {
    let Some(key) = key(request.headers()) else {
        let mut response = Response::new(Body::from("a WebSocket was expected\n"));
        *response.status_mut() = StatusCode::UPGRADE_REQUIRED;
        return response;
    };
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            // A client that breaks off has ended all the same.
            let _ = keep(TokioIo::new(upgraded), messages).await;
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

/// Sends messages, answers the client's pings, and ends when the client or the messages do.
async fn keep(
    stream: impl AsyncRead + AsyncWrite,
    messages: impl Stream<Item = String>,
) -> std::io::Result<()> {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let mut messages = std::pin::pin!(messages);
    let (answers, mut to_answer) = mpsc::channel(1);
    let listen = async move {
        while let Ok((kind, payload)) = read(&mut reader).await {
            let answer = match kind {
                PING => (PONG, payload),
                CLOSE => (CLOSE, payload),
                kind if TEXT_AND_BINARY.contains(&kind) || kind == PONG => continue,
                _ => break,
            };
            if answers.send(answer).await.is_err() {
                break;
            }
        }
        // What was read last may still have to be answered; the other half ends by itself.
        drop(answers);
        std::future::pending::<std::io::Result<()>>().await
    };
    let talk = async {
        loop {
            let (kind, payload) = tokio::select! {
                answer = to_answer.recv() => match answer {
                    Some(answer) => answer,
                    None => return Ok(()),
                },
                message = messages.next() => match message {
                    Some(text) => (TEXT, text.into_bytes()),
                    None => (CLOSE, Vec::new()),
                },
            };
            write(&mut writer, kind, &payload).await?;
            if kind == CLOSE {
                return writer.shutdown().await;
            }
        }
    };
    tokio::select! { ended = listen => ended, ended = talk => ended }
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

/// Writes a frame, which is a whole message.
async fn write(
    stream: &mut (impl AsyncWrite + Unpin),
    kind: u8,
    payload: &[u8],
) -> std::io::Result<()> {
    let mut head = vec![0x80 | kind];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length @ ..=125), _) => head.push(length),
        (_, Ok(length)) => {
            head.push(126);
            head.extend(length.to_be_bytes());
        }
        _ => {
            head.push(127);
            head.extend((payload.len() as u64).to_be_bytes());
        }
    }
    stream.write_all(&head).await?;
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
        let kept = tokio::spawn(keep(server, futures_util::stream::pending()));
        let masked = |kind: u8| vec![0x80 | kind, 0x82, 1, 2, 3, 4, b'h' ^ 1, b'i' ^ 2];
        client.write_all(&masked(PING)).await.expect("a ping");
        client.write_all(&masked(CLOSE)).await.expect("a close");
        let mut answered = Vec::new();
        client.read_to_end(&mut answered).await.expect("the answers");
        assert_eq!(answered, [0x80 | PONG, 2, b'h', b'i', 0x80 | CLOSE, 2, b'h', b'i']);
        kept.await.expect("it ended").expect("without an error");
    }

    #[tokio::test]
    async fn messages_are_sent_whatever_their_length() {
        let (mut client, server) = tokio::io::duplex(1 << 20);
        let sent = [125, 126, 70_000].map(|length| "x".repeat(length));
        let kept = tokio::spawn(keep(server, futures_util::stream::iter(sent.clone())));
        for text in sent {
            let (kind, payload) = read(&mut client).await.expect("a frame");
            assert_eq!((kind, payload), (TEXT, text.into_bytes()));
        }
        assert_eq!(read(&mut client).await.expect("a frame").0, CLOSE);
        kept.await.expect("it ended").expect("without an error");
    }
}
