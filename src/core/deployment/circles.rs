//! Services that need each other, of which some are new: a binding leads only to what is there, so
//! somebody goes first, and whom it needs is made empty before.

use super::Obstacle;
use crate::core::plan::{Aspect, Order, Plan, Sign};

/// The waves of a plan with its circles opened where `break` says so, and the new Workers that are
/// made empty first.
pub(super) fn opened(
    plan: &Plan,
    order: &Order,
    breaks: &[(String, String)],
) -> Result<(Vec<Vec<usize>>, Vec<String>), Obstacle> {
    let index = |name: &String| {
        let found = plan.services.iter().position(|service| service.service == *name);
        found.ok_or_else(|| Obstacle::UnknownService(name.clone()))
    };
    let breaks: Result<Vec<(usize, usize)>, Obstacle> =
        breaks.iter().map(|(service, before)| Ok((index(service)?, index(before)?))).collect();
    let mut breaks = breaks?;
    // A break may be left over from a circle that is none any more.
    breaks.retain(|(service, before)| order.is_mutual(*service, *before));
    let mut empty: Vec<usize> = breaks
        .iter()
        .filter(|(service, before)| order.needs[*service].contains(before) && is_new(plan, *before))
        .map(|(_, before)| *before)
        .collect();
    empty.sort_unstable();
    empty.dedup();
    let opened = order.opened(&breaks);
    let stands =
        |circle: &&Vec<usize>| circle.iter().any(|one| is_new(plan, *one) && !empty.contains(one));
    match opened.circles.iter().find(stands) {
        None => Ok((opened.waves, named(plan, &empty))),
        Some(circle) => {
            let enough = enough(order, breaks).into_iter();
            let name = |index: usize| plan.services[index].service.clone();
            Err(Obstacle::Circle {
                services: named(plan, circle),
                breaks: enough.map(|(service, before)| (name(service), name(before))).collect(),
            })
        }
    }
}

/// These breaks, as far as they are of use, and so many more that nobody needs each other.
fn enough(order: &Order, declared: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let is_of_use = |(service, before): &(usize, usize)| order.needs[*service].contains(before);
    let breaks = completed(order, declared.into_iter().filter(is_of_use).collect());
    match order.opened(&breaks).circles.is_empty() {
        true => breaks,
        // Those that are declared contradict each other.
        false => completed(order, Vec::new()),
    }
}

fn completed(order: &Order, mut breaks: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    loop {
        let left = order.opened(&breaks);
        let members = left.circles.iter().flatten();
        // Only what a service itself needs can be broken, and not twice.
        let needs = members.flat_map(|from| order.needs[*from].iter().map(|to| (*from, *to)));
        let edges = needs.filter(|edge| left.is_mutual(edge.0, edge.1) && !breaks.contains(edge));
        let still_mutual = |edge: &(usize, usize)| {
            let more = [&breaks[..], &[*edge]].concat();
            order.opened(&more).circles.iter().map(Vec::len).sum::<usize>()
        };
        match edges.min_by_key(still_mutual) {
            Some(edge) => breaks.push(edge),
            None => return breaks,
        }
    }
}

fn is_new(plan: &Plan, index: usize) -> bool {
    let changes = plan.services.get(index).map(|service| service.changes.iter());
    let is_new = |change: &crate::core::plan::Change| {
        change.aspect == Aspect::Worker && change.sign == Sign::Add
    };
    changes.into_iter().flatten().any(is_new)
}

fn named(plan: &Plan, indexes: &[usize]) -> Vec<String> {
    indexes.iter().map(|index| plan.services[*index].service.clone()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_proposed_is_enough(
            needs in prop::collection::vec(prop::collection::btree_set(0..6_usize, 0..4), 6),
            declared in prop::collection::vec((0..6_usize, 0..6_usize), 0..4),
        ) {
            let others = |(at, needs): (usize, &std::collections::BTreeSet<usize>)| {
                needs.iter().copied().filter(|other| *other != at).collect()
            };
            let order = Order::of(needs.iter().enumerate().map(others).collect());
            let breaks = enough(&order, declared);
            prop_assert!(order.opened(&breaks).circles.is_empty(), "{breaks:?}");
            let needed = |edge: &(usize, usize)| order.needs[edge.0].contains(&edge.1);
            prop_assert!(breaks.iter().all(needed), "{breaks:?}");
        }
    }
}
