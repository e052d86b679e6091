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
    groups.into_iter().map(|((_, title), found)| Group { title, found }).collect()
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
        // A numbered mask names its rule and its number.
        GroupBy::Value if finding.replacement.starts_with("[REDACTED:") => {
            (finding.group as usize, finding.replacement.clone())
        }
        GroupBy::Value => {
            let (number, rule) = (finding.group, &finding.rule);
            (number as usize, format!("#{number} {} {rule}", finding.replacement))
        }
    }
}

/// What tells a finding from the others of its plan, and is the same in the next plan: file,
/// event, pointer, rule, first byte.
type Place = (Option<Arc<str>>, Option<u64>, Arc<str>, Arc<str>, usize);

fn place(finding: &Finding) -> Place {
    let (file, pointer) = (finding.file.clone(), Arc::clone(&finding.pointer));
    (file, finding.event_seq, pointer, Arc::clone(&finding.rule), finding.range.start)
}
