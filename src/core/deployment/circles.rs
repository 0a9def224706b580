//! Services that need each other: somebody has to do without another at first.

use super::Obstacle;
use crate::core::plan::Order;

/// The services of an order, by their index.
pub(super) struct Services<'a> {
    /// Their names.
    pub(super) names: Vec<&'a str>,
    /// Whether their Workers are new.
    pub(super) new: Vec<bool>,
}

impl Services<'_> {
    fn name(&self, index: usize) -> String {
        self.names.get(index).copied().unwrap_or_default().to_owned()
    }

    fn is_new(&self, index: usize) -> bool {
        self.new.get(index).is_some_and(|new| *new)
    }

    /// The first circle that cannot go together: one of its Workers is not there to be bound to.
    fn stands_in_the_way<'o>(&self, order: &'o Order) -> Option<&'o Vec<usize>> {
        order.circles.iter().find(|circle| circle.iter().any(|one| self.is_new(*one)))
    }
}

/// The order with what is declared of circles: who goes first, and before whom it is bound to. Gives
/// also the new Workers that others go before: they are made empty first.
pub(super) fn broken(
    order: &Order,
    services: &Services<'_>,
    breaks: &[(String, String)],
) -> Result<(Order, Vec<String>), Obstacle> {
    let index = |name: &String| services.names.iter().position(|one| one == name);
    let declared = breaks.iter();
    let declared = declared.filter_map(|(service, before)| Some((index(service)?, index(before)?)));
    let needs: Vec<(usize, usize)> =
        order.circles.iter().flat_map(|circle| order.needs(circle)).collect();
    let without: Vec<(usize, usize)> = declared.filter(|one| needs.contains(one)).collect();
    let rest = order.without(&without);
    if let Some(circle) = services.stands_in_the_way(&rest) {
        let names = circle.iter().map(|one| services.name(*one)).collect();
        let breaks = enough(order, services, without).into_iter();
        let breaks =
            breaks.map(|(service, before)| (services.name(service), services.name(before)));
        return Err(Obstacle::Circle { services: names, breaks: breaks.collect() });
    }
    let behind = without.iter().map(|(_, before)| *before).filter(|one| services.is_new(*one));
    let mut stubs: Vec<String> = behind.map(|one| services.name(one)).collect();
    stubs.sort();
    stubs.dedup();
    Ok((rest, stubs))
}

/// What can be declared so that no circle stands in the way: what is already, and then as little as
/// can be seen one by one.
fn enough(
    order: &Order,
    services: &Services<'_>,
    mut without: Vec<(usize, usize)>,
) -> Vec<(usize, usize)> {
    loop {
        let rest = order.without(&without);
        let Some(circle) = services.stands_in_the_way(&rest) else { return without };
        let needs = rest.needs(circle);
        let opens = |need: &&(usize, usize)| {
            let left = rest.without(&[**need]);
            !left.circles.iter().any(|other| other.iter().any(|one| circle.contains(one)))
        };
        let Some(need) = needs.iter().find(opens).or(needs.first()) else { return without };
        without.push(*need);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The waves, and the Workers that are made empty.
    type Opened = (Vec<Vec<usize>>, Vec<String>);

    /// What comes of breaks, or those that would be enough.
    fn of(
        edges: &[&[usize]],
        new: &[usize],
        breaks: &[(&str, &str)],
    ) -> Result<Opened, Vec<(String, String)>> {
        let names = ["a", "b", "c", "d"][..edges.len()].to_vec();
        let new = (0..edges.len()).map(|index| new.contains(&index)).collect();
        let order = Order::of(edges.iter().map(|edges| edges.to_vec()).collect());
        let owned = |(service, before): &(&str, &str)| ((*service).into(), (*before).into());
        let breaks: Vec<(String, String)> = breaks.iter().map(owned).collect();
        match broken(&order, &Services { names, new }, &breaks) {
            Ok((order, stubs)) => Ok((order.waves, stubs)),
            Err(Obstacle::Circle { breaks, .. }) => Err(breaks),
            Err(other) => panic!("{other}"),
        }
    }

    fn pair(service: &str, before: &str) -> (String, String) {
        (service.to_owned(), before.to_owned())
    }

    #[test]
    fn who_does_without_another_goes_first_and_the_others_in_order() {
        // a needs b, b needs c, c needs a; d needs a.
        let edges: &[&[usize]] = &[&[1], &[2], &[0], &[0]];
        let all = [0, 1, 2, 3];
        let behind = |name: &str| vec![name.to_owned()];
        assert_eq!(of(edges, &all, &[]), Err(vec![pair("a", "b")]));
        let opened = vec![vec![0], vec![2, 3], vec![1]];
        assert_eq!(of(edges, &all, &[("a", "b")]), Ok((opened.clone(), behind("b"))));
        assert_eq!(
            of(edges, &all, &[("b", "c")]),
            Ok((vec![vec![1], vec![0], vec![2, 3]], behind("c")))
        );
        // a does not need c: that opens nothing.
        assert_eq!(of(edges, &all, &[("a", "c")]), Err(vec![pair("a", "b")]));
        // Where all of them exist, they go together, or as it is declared.
        assert_eq!(of(edges, &[], &[]), Ok((vec![vec![0, 1, 2], vec![3]], vec![])));
        assert_eq!(of(edges, &[3], &[("a", "b")]), Ok((opened, vec![])));
    }

    #[test]
    fn what_would_be_enough_is() {
        // Two circles that share a: a and b, a and c; and all of them with d.
        let edges: &[&[usize]] = &[&[1, 2, 3], &[0], &[0], &[1]];
        let all = [0, 1, 2, 3];
        for given in [&[][..], &[("a", "b")]] {
            let breaks = of(edges, &all, given).expect_err("a circle");
            let named: Vec<(&str, &str)> =
                breaks.iter().map(|(service, before)| (&**service, &**before)).collect();
            assert!(given.iter().all(|one| named.contains(one)), "{named:?}");
            assert!(of(edges, &all, &named).is_ok(), "{named:?}");
        }
    }
}
