//! Consumers of queues are put back: those of before, and no others of this Worker. A queue that
//! another took over is left to it, and said.

use super::Place;
use super::addresses::{Stopped, finished};
use crate::core::model::account::Consumer;
use crate::core::model::deployment::BaseConsumer;

/// Puts back which queues the Worker takes messages from, and how.
pub(super) async fn consumers(
    place: Place<'_>,
    wanted: &[BaseConsumer],
) -> Result<Vec<String>, Stopped> {
    let Place { cloudflare, account, worker, .. } = place;
    let queues = cloudflare.queues(account).await?;
    let (mut done, mut taken) = (Vec::new(), Vec::new());
    for was in wanted.iter().filter(|was| !queues.iter().any(|queue| queue.id == was.queue)) {
        taken.push(format!("the queue {} is gone", was.name));
    }
    for queue in &queues {
        let was = wanted.iter().find(|was| was.queue == queue.id).map(|was| &was.consumer);
        let own = queue.consumers.iter().find(|one| one.script.as_deref() == Some(worker));
        match (was, own) {
            (None, None) => {}
            (Some(was), Some(own)) if is_same(was, own) => {}
            (Some(was), Some(own)) => {
                let as_before = Consumer { id: own.id.clone(), ..was.clone() };
                cloudflare.update_consumer(account, &queue.id, &as_before).await?;
                done.push(format!("consumer of {}", queue.name));
            }
            // A queue has one consumer.
            (Some(was), None) => match queue.consumers.first() {
                Some(other) => {
                    let other = other.script.as_deref().unwrap_or(&other.kind);
                    taken.push(format!("{} consumes {} now", other, queue.name));
                }
                None => {
                    cloudflare.create_consumer(account, &queue.id, was).await?;
                    done.push(format!("consumer of {}", queue.name));
                }
            },
            (None, Some(own)) => {
                cloudflare.delete_consumer(account, &queue.id, &own.id).await?;
                done.push(format!("no consumer of {}", queue.name));
            }
        }
    }
    finished(done, &taken)
}

/// Whether they take messages the same way. Ids are given anew.
fn is_same(a: &Consumer, b: &Consumer) -> bool {
    a.dead_letter_queue == b.dead_letter_queue && a.settings == b.settings
}
