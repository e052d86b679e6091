//! The list of what was masked, grouped by rule, file, entry or value.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Planned;
use crate::app::state::list::ListState;
use crate::model::bundle::BundlePlan;
use crate::model::finding::Finding;

/// The list of findings.
#[derive(Debug, Clone, Default)]
pub struct FindingsPane {
    /// Selection and scroll position.
    pub list: ListState,
    /// What makes a group.
    pub by: GroupBy,
    /// All groups in their order.
    pub groups: Arc<[Group]>,
    /// The visible rows.
    pub rows: Vec<FindingRow>,
    /// Groups that are unfolded, by their titles.
    pub open: FxHashSet<String>,
}

/// What makes a group of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupBy {
    /// The rule.
    #[default]
    Rule,
    /// The file.
    File,
    /// The entry or event.
    Entry,
    /// The hidden value: the same secret in several files is one group.
    Value,
}

impl GroupBy {
    const ALL: [Self; 4] = [Self::Rule, Self::File, Self::Entry, Self::Value];

    /// The word for the pane's title.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::File => "file",
            Self::Entry => "entry",
            Self::Value => "value",
        }
    }

    /// The next way to group.
    pub fn next(self) -> Self {
        match self {
            Self::Rule => Self::File,
            Self::File => Self::Entry,
            Self::Entry => Self::Value,
            Self::Value => Self::Rule,
        }
    }
}

/// A group of findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What it is called; different for every group.
    pub title: String,
    /// Its findings, by their positions in the plan.
    pub found: Vec<usize>,
}

/// The findings of a plan in groups of every kind: a session may have hundreds of thousands, and no
/// key press has the time to sort them.
#[derive(Debug, Clone, Default)]
pub struct Groups([Arc<[Group]>; GroupBy::ALL.len()]);

impl Groups {
    /// Groups the findings of a plan.
    pub(super) fn of(plan: &BundlePlan) -> Self {
        Self(GroupBy::ALL.map(|by| grouped(plan, by).into()))
    }

    fn by(&self, by: GroupBy) -> Arc<[Group]> {
        let at = GroupBy::ALL.iter().position(|one| *one == by);
        at.and_then(|at| self.0.get(at)).cloned().unwrap_or_default()
    }
}

/// A row of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingRow {
    /// A group by its position, above its findings.
    Group(usize),
    /// A finding, by its position in the plan.
    Finding(usize),
}

impl FindingsPane {
    /// Lists the findings of a plan anew; the selected row stays where it can. `before` is the
    /// plan that the rows were made of until now.
    pub fn rebuild(&mut self, planned: &Planned, before: &BundlePlan) {
        let plan = &planned.plan;
        let kept = match self.rows.get(self.list.selected) {
            Some(FindingRow::Group(at)) => self.groups.get(*at).map(|group| group.title.clone()),
            _ => None,
        };
        let place = match self.rows.get(self.list.selected) {
            Some(FindingRow::Finding(at)) => before.findings.get(*at).map(place),
            _ => None,
        };
        self.groups = planned.groups.by(self.by);
        self.list_rows();
        let is_same = |row: &FindingRow| match row {
            FindingRow::Group(at) => {
                kept.is_some() && self.groups.get(*at).map(|group| &group.title) == kept.as_ref()
            }
            FindingRow::Finding(at) => {
                place.is_some() && plan.findings.get(*at).map(self::place) == place
            }
        };
        let again = self.rows.iter().position(is_same);
        self.list.select(again.unwrap_or(self.list.selected), self.rows.len());
    }

    fn list_rows(&mut self) {
        self.rows.clear();
        for (at, group) in self.groups.iter().enumerate() {
            self.rows.push(FindingRow::Group(at));
            if self.open.contains(&group.title) {
                self.rows.extend(group.found.iter().copied().map(FindingRow::Finding));
            }
        }
    }

    /// Whether the findings of a group are listed.
    pub fn is_open(&self, group: &Group) -> bool {
        self.open.contains(&group.title)
    }

    /// The findings of the selected row: one, or all of a group.
    pub fn of_selected(&self) -> &[usize] {
        match self.rows.get(self.list.selected) {
            Some(FindingRow::Finding(at)) => std::slice::from_ref(at),
            Some(FindingRow::Group(at)) => self.groups.get(*at).map_or(&[], |group| &group.found),
            None => &[],
        }
    }

    /// The finding of the selected row; of a group the first one.
    pub fn selected(&self) -> Option<usize> {
        self.of_selected().first().copied()
    }

    /// Unfolds or folds the group of the selected row.
    pub fn fold(&mut self, open: Option<bool>) {
        let rows = self.rows.iter().take(self.list.selected + 1).enumerate().rev();
        let mut above = rows.filter_map(|(at, row)| match row {
            FindingRow::Group(group) => Some((at, *group)),
            FindingRow::Finding(_) => None,
        });
        let Some((at, group)) = above.next() else { return };
        let Some(group) = self.groups.get(group) else { return };
        if open.unwrap_or(!self.is_open(group)) {
            self.open.insert(group.title.clone());
        } else {
            self.open.remove(&group.title);
            self.list.selected = at;
        }
        self.list_rows();
        self.list.fit(self.rows.len());
    }
}

fn grouped(plan: &BundlePlan, by: GroupBy) -> Vec<Group> {
    let mut groups: BTreeMap<(usize, String), Vec<usize>> = BTreeMap::new();
    for (at, finding) in plan.findings.iter().enumerate() {
        groups.entry(group(plan, finding, by)).or_default().push(at);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    let is_secret = |at: &usize| plan.findings.get(*at).is_some_and(Finding::is_secret);
    match by {
        // Paths and pictures are many and matter least.
        GroupBy::Rule => groups.sort_by_key(|(_, found)| {
            (!found.iter().any(is_secret), std::cmp::Reverse(found.len()))
        }),
        GroupBy::Value => groups.sort_by_key(|(_, found)| std::cmp::Reverse(found.len())),
        // Ids of entries are no order; the plan has that of the session.
        GroupBy::Entry => {
            groups.sort_by_key(|((rank, _), found)| (*rank, found.first().copied()));
        }
        GroupBy::File => {}
    }
    let titled = |((_, title), found): ((usize, String), Vec<usize>)| match by {
        GroupBy::Value if title.is_empty() => Group { title: value_title(plan, &found), found },
        _ => Group { title, found },
    };
    groups.into_iter().map(titled).collect()
}

/// What the group of a value is called: its number, what stands there now where it was met first,
/// and the rules that masked it, which may be several.
fn value_title(plan: &BundlePlan, found: &[usize]) -> String {
    let found = || found.iter().filter_map(|at| plan.findings.get(*at));
    let mut rules: Vec<&str> = Vec::new();
    for finding in found() {
        if !rules.contains(&&*finding.rule) {
            rules.push(&finding.rule);
        }
    }
    let first = found().next();
    let (number, shown) = first.map_or((0, ""), |first| (first.group, &*first.replacement));
    format!("#{number} {shown} {}", rules.join(", "))
}

/// The group of a finding: its place among the groups and its title.
fn group(plan: &BundlePlan, finding: &Finding, by: GroupBy) -> (usize, String) {
    let file = finding.file.as_deref().unwrap_or("");
    let file_at = plan.files.iter().position(|one| one.name == file).unwrap_or(usize::MAX);
    match by {
        GroupBy::Rule => (0, finding.rule.to_string()),
        GroupBy::File => (file_at, file.to_owned()),
        GroupBy::Entry => match (&finding.entry_id, finding.event_seq) {
            (Some(entry), _) => (0, format!("entry {entry}")),
            (None, Some(seq)) => (0, format!("event #{seq}")),
            (None, None) => (1, file.to_owned()),
        },
        // Without a number, the rule and what stands there now are all that can be told.
        GroupBy::Value if finding.group == 0 => {
            (usize::MAX, format!("{} {}", finding.replacement, finding.rule))
        }
        // Several rules may have masked it, each with a mask of its own.
        GroupBy::Value => (finding.group as usize, String::new()),
    }
}

/// What tells a finding from the others of its plan, and is the same in the next plan: file,
/// event, pointer, rule, first byte.
type Place = (Option<Arc<str>>, Option<u64>, Arc<str>, Arc<str>, usize);

fn place(finding: &Finding) -> Place {
    let (file, pointer) = (finding.file.clone(), Arc::clone(&finding.pointer));
    (file, finding.event_seq, pointer, Arc::clone(&finding.rule), finding.range.start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::bundle::{EventCounts, Omitted};
    use crate::model::finding::Layer;

    fn finding(group: u32, rule: &str, replacement: &str) -> Finding {
        Finding {
            rule: rule.into(),
            layer: Layer::Masking,
            file: Some("events.jsonl".into()),
            pointer: "/data/text".into(),
            event_seq: Some(1),
            entry_id: None,
            range: 0..20,
            shown: 0..3,
            replacement: replacement.to_owned(),
            group,
        }
    }

    #[test]
    fn a_value_is_one_group_whatever_rules_masked_it() {
        let findings = vec![
            finding(1, "github-token", "[REDACTED:1 github-token]"),
            finding(2, "setting", "***"),
            finding(1, "payload-assignment", "[REDACTED:1 payload-assignment]"),
            finding(1, "github-token", "[REDACTED:1 github-token]"),
            finding(0, "path-home", "~"),
        ];
        let plan = BundlePlan {
            generated_at: String::new(),
            session_id: String::new(),
            session_key: String::new(),
            counts: EventCounts::default(),
            files: Vec::new(),
            findings,
            profile: "standard",
            omitted: Omitted::default(),
            notices: Vec::new(),
        };
        let groups = grouped(&plan, GroupBy::Value);
        let told: Vec<_> = groups.iter().map(|one| (&*one.title, one.found.len())).collect();
        let both = "#1 [REDACTED:1 github-token] github-token, payload-assignment";
        assert_eq!(told, [(both, 3), ("#2 *** setting", 1), ("~ path-home", 1)]);
    }
}
