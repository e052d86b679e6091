//! The names of arms: `type:category:id`.
//!
//! There is no escaping and no limit on characters; the id may hold further colons.

use super::posterior::Beta;

/// What kind of prompt component an arm is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArmKind {
    /// A tool that the model may call.
    Tool,
    /// A remembered fact.
    Memory,
    /// A skill.
    Skill,
    /// A workspace file.
    File,
    /// A section of the system prompt.
    Section,
}

impl ArmKind {
    /// All kinds, in the order in which a filter offers them.
    pub const ALL: [Self; 5] = [Self::Tool, Self::Skill, Self::File, Self::Memory, Self::Section];

    /// The word that arm names begin with.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tool => "tool",
            Self::Memory => "memory",
            Self::Skill => "skill",
            Self::File => "file",
            Self::Section => "section",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// The parts of an arm's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArmName<'a> {
    /// The kind of component.
    pub kind: ArmKind,
    /// The category: `fs` or `exec` for tools, the skill's name for skills.
    pub category: &'a str,
    /// The rest of the name, which may be empty.
    pub id: &'a str,
}

impl<'a> ArmName<'a> {
    /// Takes a name apart, or nothing when it is malformed: an unknown kind, fewer than three
    /// parts, or an empty category.
    pub fn parse(name: &'a str) -> Option<Self> {
        let (kind, rest) = name.split_once(':')?;
        let (category, id) = rest.split_once(':')?;
        let kind = ArmKind::of_word(kind)?;
        (!category.is_empty()).then_some(Self { kind, category, id })
    }

    /// What a person calls the arm: a skill's category, of the others the id.
    pub fn label(&self) -> &'a str {
        if self.kind == ArmKind::Skill { self.category } else { self.id }
    }
}

/// What an arm's posterior was before the first observation, in releases that kept posteriors in
/// `learning.db`: Beta(1, 1) for files, Beta(3, 1) for all others, malformed names included.
pub fn prior(name: &str) -> Beta {
    match ArmName::parse(name) {
        Some(ArmName { kind: ArmKind::File, .. }) => Beta::UNIFORM,
        _ => Beta { alpha: 3.0, beta: 1.0 },
    }
}

/// The arms that selection puts first, whatever their posteriors say. Names are case-sensitive.
pub const SEEDS: [&str; 6] = [
    "tool:fs:Read",
    "tool:fs:Write",
    "tool:fs:Edit",
    "tool:exec:Bash",
    "tool:fs:Glob",
    "tool:fs:Grep",
];

/// Further seeds of the releases that keep posteriors in qortex.
pub const LATER_SEEDS: [&str; 2] = ["tool:web:web_search", "tool:web:WebFetch"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart_at_their_first_two_colons() {
        for (name, parts) in [
            ("tool:fs:Read", Some((ArmKind::Tool, "fs", "Read", "Read"))),
            ("skill:coding:main", Some((ArmKind::Skill, "coding", "main", "coding"))),
            ("file:workspace:a/b:c.md", Some((ArmKind::File, "workspace", "a/b:c.md", "a/b:c.md"))),
            ("section:x:", Some((ArmKind::Section, "x", "", ""))),
            ("memory:m:1", Some((ArmKind::Memory, "m", "1", "1"))),
            ("Tool:fs:Read", None),
            ("gadget:x:y", None),
            ("tool::x", None),
            ("tool:fs", None),
            ("", None),
        ] {
            let parsed =
                ArmName::parse(name).map(|arm| (arm.kind, arm.category, arm.id, arm.label()));
            assert_eq!(parsed, parts, "{name}");
        }
    }

    #[test]
    fn only_files_start_without_credit() {
        assert_eq!(prior("file:workspace:a"), Beta::UNIFORM);
        for name in ["tool:fs:Read", "skill:a:main", "file::a", "odd"] {
            assert_eq!(prior(name), Beta { alpha: 3.0, beta: 1.0 }, "{name}");
        }
    }
}
