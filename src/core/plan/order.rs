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
    /// Who can go at the same time, one wave after the other.
    pub waves: Vec<Vec<usize>>,
    /// Those that need each other.
    pub circles: Vec<Vec<usize>>,
    /// Whom each of them needs.
    edges: Vec<Vec<usize>>,
}

impl Order {
    /// The order of services of which each needs the others that are listed for it.
    pub(in crate::core) fn of(edges: Vec<Vec<usize>>) -> Self {
        let circles = circles(&edges);
        Self { waves: waves(&edges, &circles), circles, edges }
    }

    /// The order where some do without others: who, and whom.
    pub(in crate::core) fn without(&self, needs: &[(usize, usize)]) -> Self {
        let left = |(from, edges): (usize, &Vec<usize>)| {
            edges.iter().copied().filter(|to| !needs.contains(&(from, *to))).collect()
        };
        Self::of(self.edges.iter().enumerate().map(left).collect())
    }

    /// Who of a circle needs whom of it.
    pub(in crate::core) fn needs(&self, circle: &[usize]) -> Vec<(usize, usize)> {
        let of = |from: &usize| {
            let edges = self.edges.get(*from).into_iter().flatten();
            let within = edges.filter(|to| circle.contains(to));
            within.map(|to| (*from, *to)).collect::<Vec<_>>()
        };
        circle.iter().flat_map(of).collect()
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
}
