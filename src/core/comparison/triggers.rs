//! What leads to a Worker beside its versions: routes, custom domains, cron triggers.

use super::Standing;
use crate::core::model::deployment::Triggers;
use crate::core::plan::{Aspect, Blind, Change};

/// Compares what is known of them.
pub(super) fn compare(
    from: &Standing,
    to: &Standing,
    out: &mut Vec<Change>,
    unknown: &mut Vec<Blind>,
) {
    let (from, to) = match (&from.triggers, &to.triggers) {
        (Ok(from), Ok(to)) => (from, to),
        // Neither is known of the same version: there is nothing to tell apart.
        (Err(_), Err(_)) if from.version == to.version => return,
        (Err(why), _) | (_, Err(why)) => {
            let aspects = [Aspect::Routes, Aspect::Crons].into_iter();
            let blind = |aspect| Blind { aspect, why: why.clone(), touched: true };
            return unknown.extend(aspects.map(blind));
        }
    };
    for (aspect, list) in [
        (Aspect::Routes, (|triggers| &triggers.routes) as fn(&Triggers) -> &Vec<String>),
        (Aspect::Domains, |triggers| &triggers.domains),
        (Aspect::Crons, |triggers| &triggers.crons),
    ] {
        let (from, to) = (list(from), list(to));
        let gone = from.iter().filter(|name| !to.contains(name));
        out.extend(gone.map(|name| Change::remove(aspect, name.as_str(), "")));
        let came = to.iter().filter(|name| !from.contains(name));
        out.extend(came.map(|name| Change::add(aspect, name.as_str(), "")));
    }
}
