//! A response body, step by step.

use std::{sync::Arc, time::Duration};

use axum::body::{Body, Bytes};
use futures::Stream;

use super::{
    ScriptedStream,
    attempt::{Attempt, Step},
    recording::Ending,
};
use crate::body::{Cut, flush};

/// What `repeat` puts into one chunk at least.
const PIECE: usize = 64 * 1024;

/// The body that plays the steps. It moves on only as hyper asks for more, so a slow client slows the script down, and it
/// is dropped with its ending when the client leaves.
pub(super) fn body(stream: Arc<ScriptedStream>, attempt: Arc<Attempt>, ending: Ending) -> Body {
    Body::from_stream(play(stream, attempt, ending))
}

fn play(
    stream: Arc<ScriptedStream>,
    attempt: Arc<Attempt>,
    mut ending: Ending,
) -> impl Stream<Item = Result<Bytes, Cut>> {
    async_stream::stream! {
        for step in &attempt.steps {
            match step {
                Step::Send(bytes) => {
                    yield Ok(bytes.clone());
                    flush().await;
                }
                Step::Chunks { bytes, size, pause } => {
                    for start in (0..bytes.len()).step_by(*size) {
                        yield Ok(bytes.slice(start..bytes.len().min(start + size)));
                        pause_after_chunk(*pause).await;
                    }
                }
                Step::Repeat { text, times } => {
                    for piece in repeated(text, *times) {
                        yield Ok(piece);
                    }
                    flush().await;
                }
                Step::Wait(duration) => tokio::time::sleep(*duration).await,
                Step::WaitFor(name) => stream.wait_for(name).await,
                Step::End => break,
                Step::Cut => {
                    ending.by_server();
                    yield Err(Cut);
                    return;
                }
                Step::Hang => std::future::pending().await,
            }
        }
        ending.by_server();
    }
}

async fn pause_after_chunk(pause: Duration) {
    flush().await;
    if !pause.is_zero() {
        tokio::time::sleep(pause).await;
    }
}

/// The text so many times over, in pieces that share their memory.
fn repeated(text: &Bytes, times: usize) -> impl Iterator<Item = Bytes> + use<> {
    let per_piece = (PIECE / text.len().max(1)).clamp(1, times.max(1));
    let piece = Bytes::from(text.repeat(per_piece));
    let rest = piece.slice(..text.len() * (times % per_piece));
    std::iter::repeat_n(piece, times / per_piece).chain(std::iter::once(rest)).filter(|piece| !piece.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_text_is_complete_whatever_the_piece_size() {
        for (length, times) in [(1, 0), (1, 1), (7, 100_000), (PIECE - 1, 3), (PIECE + 1, 3), (0, 5)] {
            let text = Bytes::from(vec![b'x'; length]);
            let pieces: Vec<Bytes> = repeated(&text, times).collect();
            assert_eq!(pieces.iter().map(Bytes::len).sum::<usize>(), length * times);
            assert!(pieces.iter().all(|piece| piece.len() < 2 * PIECE));
        }
    }
}
