//! Directed graphs, as far as an order of deployment needs them.

/// The circles of a graph: each largest set of more than one node in which every node leads to
/// every other, ascending. Node `n` leads to the nodes `edges[n]`.
///
/// Tarjan's strongly connected components, without recursion, so that no chain is too long for it.
pub fn circles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut search = Search {
        order: vec![None; edges.len()],
        low: vec![0; edges.len()],
        on_path: vec![false; edges.len()],
        path: Vec::new(),
        seen: 0,
    };
    let mut circles = Vec::new();
    for start in 0..edges.len() {
        if search.order[start].is_none() {
            search.from(start, edges, &mut circles);
        }
    }
    circles.sort_unstable();
    circles
}

struct Search {
    /// When a node was first seen, counted from 0.
    order: Vec<Option<usize>>,
    /// The earliest node on the path that a node leads back to.
    low: Vec<usize>,
    on_path: Vec<bool>,
    /// The nodes that are not yet known to be in a circle or not.
    path: Vec<usize>,
    seen: usize,
}

impl Search {
    fn from(&mut self, start: usize, edges: &[Vec<usize>], circles: &mut Vec<Vec<usize>>) {
        // A node, and how many of its edges were followed.
        let mut calls = vec![(start, 0)];
        while let Some((node, followed)) = calls.pop() {
            if followed == 0 {
                self.enter(node);
            }
            if let Some(target) = edges[node].get(followed).copied() {
                calls.push((node, followed + 1));
                match self.order[target] {
                    None => calls.push((target, 0)),
                    Some(order) if self.on_path[target] => {
                        self.low[node] = self.low[node].min(order);
                    }
                    Some(_) => {}
                }
                continue;
            }
            if let Some((caller, _)) = calls.last() {
                self.low[*caller] = self.low[*caller].min(self.low[node]);
            }
            if Some(self.low[node]) == self.order[node] {
                circles.extend(self.leave(node));
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.order[node] = Some(self.seen);
        self.low[node] = self.seen;
        self.seen += 1;
        self.path.push(node);
        self.on_path[node] = true;
    }

    /// Takes a node and all that came after it from the path: a component.
    fn leave(&mut self, node: usize) -> Option<Vec<usize>> {
        let from = self.path.iter().rposition(|other| *other == node)?;
        let mut component = self.path.split_off(from);
        for member in &component {
            self.on_path[*member] = false;
        }
        component.sort_unstable();
        (component.len() > 1).then_some(component)
    }
}

#[cfg(test)]
mod tests {
    use super::circles;

    /// For each node the nodes it leads to, and the circles among them.
    type Case = (&'static [&'static [usize]], &'static [&'static [usize]]);

    #[test]
    fn circles_and_what_only_leads_to_them() {
        let graph: [Case; 6] = [
            (&[], &[]),
            (&[&[0]], &[]),
            (&[&[1], &[2], &[]], &[]),
            (&[&[1], &[0]], &[&[0, 1]]),
            (&[&[1], &[2], &[0, 3], &[4], &[3], &[0]], &[&[0, 1, 2], &[3, 4]]),
            (&[&[1, 2], &[3], &[3], &[0]], &[&[0, 1, 2, 3]]),
        ];
        for (edges, expected) in graph {
            let edges: Vec<Vec<usize>> = edges.iter().map(|edges| edges.to_vec()).collect();
            assert_eq!(circles(&edges), expected, "{edges:?}");
        }
    }

    #[test]
    fn a_long_circle_is_found_in_time() {
        let length = 200_000;
        let edges: Vec<Vec<usize>> = (0..length).map(|node| vec![(node + 1) % length]).collect();
        assert_eq!(circles(&edges).first().map(Vec::len), Some(length));
    }
}
