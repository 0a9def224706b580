//! What a plan is made of: changes, one by one, and what could not be told.

use crate::core::model::account::Seen;

/// What of a Worker a change concerns, in the order in which a plan shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// The Worker itself.
    Worker,
    /// Which versions get requests.
    Traffic,
    /// Its code.
    Code,
    /// Its static assets.
    Assets,
    /// Its bindings, without variables and secrets.
    Bindings,
    /// Its variables.
    Variables,
    /// Its secrets.
    Secrets,
    /// The compatibility date and flags.
    Compatibility,
    /// Routes of zones.
    Routes,
    /// Custom domains, and their DNS records.
    Domains,
    /// Its address on workers.dev, and those of its versions.
    WorkersDev,
    /// Cron triggers.
    Crons,
    /// Queues that it takes messages from.
    Consumers,
    /// Workflows whose class it has.
    Workflows,
    /// Classes of Durable Objects.
    DurableObjects,
    /// Migrations of D1 databases.
    D1,
    /// What else is set on it.
    Settings,
}

impl Aspect {
    /// All of them, in the order in which a plan shows them.
    pub const ALL: [Self; 17] = [
        Self::Worker,
        Self::Traffic,
        Self::Code,
        Self::Assets,
        Self::Bindings,
        Self::Variables,
        Self::Secrets,
        Self::Compatibility,
        Self::Routes,
        Self::Domains,
        Self::WorkersDev,
        Self::Crons,
        Self::Consumers,
        Self::Workflows,
        Self::DurableObjects,
        Self::D1,
        Self::Settings,
    ];

    /// The word of the plan, and of its JSON form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Traffic => "traffic",
            Self::Code => "code",
            Self::Assets => "assets",
            Self::Bindings => "bindings",
            Self::Variables => "vars",
            Self::Secrets => "secrets",
            Self::Compatibility => "compatibility",
            Self::Routes => "routes",
            Self::Domains => "domains",
            Self::WorkersDev => "workers.dev",
            Self::Crons => "crons",
            Self::Consumers => "consumers",
            Self::Workflows => "workflows",
            Self::DurableObjects => "durable objects",
            Self::D1 => "d1",
            Self::Settings => "settings",
        }
    }
}

/// What happens to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// It is new.
    Add,
    /// It goes.
    Remove,
    /// It becomes another.
    Change,
    /// It stays, for a reason to mention it.
    Keep,
    /// Wrangler or Cloudflare will refuse it.
    Refused,
    /// Whether it changes cannot be told.
    Unknown,
}

impl Sign {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Add, Self::Remove, Self::Change, Self::Keep, Self::Refused, Self::Unknown];

    /// The sign in front of it.
    pub fn symbol(self) -> char {
        match self {
            Self::Add => '+',
            Self::Remove => '-',
            Self::Change => '~',
            Self::Keep => '=',
            Self::Refused => '!',
            Self::Unknown => '?',
        }
    }

    /// The word of the JSON form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Change => "change",
            Self::Keep => "keep",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

/// A consequence that no line of the configuration asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unasked {
    /// Somebody else has it now.
    TakenOver,
    /// What was set elsewhere is lost.
    Wiped,
    /// It left the configuration, and stays.
    LeftBehind,
    /// Wrangler makes something new.
    Created,
}

impl Unasked {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::TakenOver, Self::Wiped, Self::LeftBehind, Self::Created];

    /// The words of the plan.
    pub fn title(self) -> &'static str {
        match self {
            Self::TakenOver => "taken over",
            Self::Wiped => "wiped",
            Self::LeftBehind => "left behind",
            Self::Created => "created",
        }
    }

    /// The word of the JSON form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TakenOver => "taken_over",
            Self::Wiped => "wiped",
            Self::LeftBehind => "left_behind",
            Self::Created => "created",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it concerns.
    pub aspect: Aspect,
    /// What happens.
    pub sign: Sign,
    /// To what: the name of a binding, a pattern, a tag …
    pub name: String,
    /// What is live, in words.
    pub from: Option<String>,
    /// What the configuration wants, in words.
    pub to: Option<String>,
    /// What is worth a word about it.
    pub note: Option<String>,
    /// Set where nobody asked for it.
    pub unasked: Option<Unasked>,
    /// Whether something is lost that does not come back by itself: rows, objects, a DNS record.
    pub destructive: bool,
}

impl Change {
    fn new(aspect: Aspect, sign: Sign, name: impl Into<String>) -> Self {
        Self {
            aspect,
            sign,
            name: name.into(),
            from: None,
            to: None,
            note: None,
            unasked: None,
            destructive: false,
        }
    }

    /// Something new: what it will be.
    pub fn add(aspect: Aspect, name: impl Into<String>, to: impl Into<String>) -> Self {
        Self { to: words(to), ..Self::new(aspect, Sign::Add, name) }
    }

    /// Something that goes: what it was.
    pub fn remove(aspect: Aspect, name: impl Into<String>, from: impl Into<String>) -> Self {
        Self { from: words(from), ..Self::new(aspect, Sign::Remove, name) }
    }

    /// Something that becomes another.
    pub fn replace(
        aspect: Aspect,
        name: impl Into<String>,
        from: impl Into<String>,
        to: impl Into<String>,
    ) -> Self {
        Self { from: words(from), to: words(to), ..Self::new(aspect, Sign::Change, name) }
    }

    /// Something that stays.
    pub fn keep(aspect: Aspect, name: impl Into<String>, note: impl Into<String>) -> Self {
        Self::new(aspect, Sign::Keep, name).note(note)
    }

    /// Something that will be refused, and why.
    pub fn refused(aspect: Aspect, name: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(aspect, Sign::Refused, name).note(why)
    }

    /// Something of which nobody can tell whether it changes, and why.
    pub fn unknown(aspect: Aspect, name: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(aspect, Sign::Unknown, name).note(why)
    }

    /// With a word about it.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: words(note), ..self }
    }

    /// That nobody asked for.
    #[must_use]
    pub fn unasked(self, unasked: Unasked) -> Self {
        Self { unasked: Some(unasked), ..self }
    }

    /// That loses something.
    #[must_use]
    pub fn destructive(self) -> Self {
        Self { destructive: true, ..self }
    }

    /// Whether something is not afterwards what it was before, or may not be.
    pub fn is_effective(&self) -> bool {
        self.sign != Sign::Keep
    }
}

fn words(text: impl Into<String>) -> Option<String> {
    Some(text.into()).filter(|text| !text.is_empty())
}

/// Something that could not be told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Blind {
    /// What it concerns.
    pub aspect: Aspect,
    /// Why, in words.
    pub why: String,
    /// Whether a deployment would touch it. Otherwise something may only be left behind there.
    pub touched: bool,
}

/// The changes of one Worker, as they are found.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    pub(super) list: Vec<Change>,
    pub(super) blind: Vec<Blind>,
}

impl Changes {
    pub(super) fn push(&mut self, change: Change) {
        self.list.push(change);
    }

    pub(super) fn blind(&mut self, aspect: Aspect, why: impl Into<String>, touched: bool) {
        let blind = Blind { aspect, why: why.into(), touched };
        if !self.blind.contains(&blind) {
            self.blind.push(blind);
        }
    }

    /// What was seen; where somebody could not look, that is noted. Where nobody looked, that is
    /// noted too if a deployment would touch it.
    pub(super) fn see<'a, T>(
        &mut self,
        aspect: Aspect,
        seen: &'a Seen<T>,
        touched: bool,
    ) -> Option<&'a T> {
        let told = seen.told();
        if let Err(why) = &told
            && (touched || !seen.is_not_asked())
        {
            self.blind(aspect, why, touched);
        }
        told.ok()
    }
}
