//! The order in which Workers are deployed: in waves, so that nothing is bound to what is not there
//! yet.

use std::collections::BTreeMap;

use super::target::Target;
use crate::core::config::wrangler::Environment;
use crate::core::graph::circles;
use crate::core::model::Value;

/// The order of a deployment. Services are named by their index in the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// Whom each one needs.
    pub needs: Vec<Vec<usize>>,
    /// Who can go at the same time, one wave after the other.
    pub waves: Vec<Vec<usize>>,
    /// Those that need each other.
    pub circles: Vec<Vec<usize>>,
}

impl Order {
    /// The order of those of whom each needs these others.
    pub fn of(needs: Vec<Vec<usize>>) -> Self {
        let circles = circles(&needs);
        Self { waves: waves(&needs, &circles), circles, needs }
    }

    /// Whether two need each other.
    pub fn is_mutual(&self, one: usize, other: usize) -> bool {
        self.circles.iter().any(|circle| circle.contains(&one) && circle.contains(&other))
    }

    /// The order in which, of two that need each other, the one goes before the other although it
    /// needs it.
    #[must_use]
    pub fn opened(&self, breaks: &[(usize, usize)]) -> Self {
        let mut needs = self.needs.clone();
        for (first, then) in breaks.iter().copied().filter(|(a, b)| self.is_mutual(*a, *b)) {
            needs[first].retain(|needed| *needed != then);
            if !needs[then].contains(&first) {
                needs[then].push(first);
            }
        }
        Self::of(needs)
    }
}

/// The order of these Workers. A Worker comes after those that it is bound to, sends its events to,
/// or whose classes it uses; and after those that take messages from its queues, as far as that
/// makes no circle: a queue waits.
pub(super) fn order(targets: &[Target<'_>]) -> Order {
    let index = |environment: &Environment<'_>| {
        targets.iter().position(|target| target.environment.is(environment))
    };
    let mut edges: Vec<Vec<usize>> = targets
        .iter()
        .map(|target| {
            let bound = target.fleet.targets(&target.environment);
            bound.filter_map(|(_, other)| index(&other)).collect()
        })
        .collect();
    for (from, edges) in edges.iter_mut().enumerate() {
        edges.sort_unstable();
        edges.dedup();
        edges.retain(|to| *to != from);
    }
    for (producer, target) in targets.iter().enumerate() {
        for queue in queues(&target.environment) {
            let consumers = target.fleet.consumers_of(queue).iter();
            let consumers = consumers.filter_map(|item| index(&item.environment));
            for consumer in consumers.filter(|consumer| *consumer != producer) {
                if !leads(&edges, consumer, producer) && !edges[producer].contains(&consumer) {
                    edges[producer].push(consumer);
                }
            }
        }
    }
    Order::of(edges)
}

/// The queues that an environment sends messages to.
fn queues<'a>(environment: &Environment<'a>) -> impl Iterator<Item = &'a str> {
    let producers = environment.own().get("queues").and_then(|queues| queues.get("producers"));
    let producers = producers.map(Value::items).unwrap_or_default().iter();
    producers.filter_map(|producer| producer.get("queue")?.as_str())
}

fn leads(edges: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = vec![false; edges.len()];
    let mut next = vec![from];
    while let Some(node) = next.pop() {
        if node == to {
            return true;
        }
        if !std::mem::replace(&mut seen[node], true) {
            next.extend(&edges[node]);
        }
    }
    false
}

/// Wave by wave: those that need nobody who is still to come. Those of a circle come together.
fn waves(edges: &[Vec<usize>], circles: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let circle_of: BTreeMap<usize, usize> = circles
        .iter()
        .enumerate()
        .flat_map(|(index, members)| members.iter().map(move |member| (*member, index)))
        .collect();
    let same = |a: usize, b: usize| circle_of.get(&a).is_some_and(|c| circle_of.get(&b) == Some(c));
    let mut done = vec![false; edges.len()];
    let mut waves = Vec::new();
    while done.iter().any(|done| !done) {
        let free = |node: usize| edges[node].iter().all(|to| done[*to] || same(node, *to));
        let ready = |node: &usize| {
            let members = circle_of.get(node).map(|circle| circles[*circle].as_slice());
            !done[*node] && members.unwrap_or(&[*node]).iter().all(|member| free(*member))
        };
        let wave: Vec<usize> = (0..edges.len()).filter(ready).collect();
        if wave.is_empty() {
            // Cannot be: without circles there is always one that needs nobody.
            break;
        }
        wave.iter().for_each(|node| done[*node] = true);
        waves.push(wave);
    }
    waves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waves_come_one_after_the_other() {
        // 0 needs 1 and 2, 1 needs 2; 3 and 4 need each other and 2; 5 stands alone.
        let edges = vec![vec![1, 2], vec![2], vec![], vec![4, 2], vec![3], vec![]];
        let circles = circles(&edges);
        assert_eq!(circles, [vec![3, 4]]);
        assert_eq!(waves(&edges, &circles), [vec![2, 5], vec![1, 3, 4], vec![0]]);
        assert!(leads(&edges, 0, 2) && !leads(&edges, 2, 0));
    }

    #[test]
    fn a_break_opens_only_the_circle_that_it_is_in() {
        // 0, 1 and 2 need each other, one the next; 3 needs 0.
        let order = Order::of(vec![vec![1], vec![2], vec![0], vec![0]]);
        assert_eq!(order.waves, [vec![0, 1, 2], vec![3]]);
        let opened = |breaks: &[(usize, usize)]| order.opened(breaks);
        assert_eq!(opened(&[(0, 1)]).waves, [vec![0], vec![2, 3], vec![1]]);
        // The first does not need the other: they go on needing each other.
        assert_eq!(opened(&[(0, 2)]), order);
        assert_eq!(opened(&[(0, 3), (3, 0)]), order);
        // First and then first: who says both says nothing.
        assert_eq!(opened(&[(0, 1), (1, 0)]).circles, [vec![0, 1, 2]]);
    }
}
