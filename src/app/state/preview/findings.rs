//! The list of what was masked, grouped by rule, file, entry or value.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::app::state::list::ListState;
use crate::model::bundle::BundlePlan;
use crate::model::finding::{Finding, Layer};

/// The list of findings.
#[derive(Debug, Clone, Default)]
pub struct FindingsPane {
    /// Selection and scroll position.
    pub list: ListState,
    /// What makes a group.
    pub by: GroupBy,
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

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindingRow {
    /// A group, above its findings.
    Group {
        /// What it is called; different for every group.
        title: String,
        /// Its findings.
        count: usize,
        /// They are folded away.
        folded: bool,
    },
    /// A finding, by its position in the plan.
    Finding(usize),
}

impl FindingsPane {
    /// Lists the findings of a plan anew; the selected row stays where it can. `before` is the
    /// plan that the rows were made of until now.
    pub fn rebuild(&mut self, plan: &BundlePlan, before: &BundlePlan) {
        let kept = self.rows.get(self.list.selected).cloned();
        let mut groups: BTreeMap<(usize, String), Vec<usize>> = BTreeMap::new();
        for (at, finding) in plan.findings.iter().enumerate() {
            groups.entry(self.group(plan, finding)).or_default().push(at);
        }
        let mut groups: Vec<_> = groups.into_iter().collect();
        if matches!(self.by, GroupBy::Rule | GroupBy::Value) {
            let rank = |group: usize| if self.by == GroupBy::Rule { group } else { 0 };
            groups
                .sort_by_key(|((group, _), found)| (rank(*group), std::cmp::Reverse(found.len())));
        }
        self.rows.clear();
        for ((_, title), found) in groups {
            let folded = !self.open.contains(&title);
            self.rows.push(FindingRow::Group { title, count: found.len(), folded });
            if !folded {
                self.rows.extend(found.into_iter().map(FindingRow::Finding));
            }
        }
        let again = kept.and_then(|kept| {
            self.rows.iter().position(|row| is_same((row, plan), (&kept, before)))
        });
        self.list.select(again.unwrap_or(self.list.selected), self.rows.len());
    }

    /// The group of a finding: its place among the groups and its title.
    fn group(&self, plan: &BundlePlan, finding: &Finding) -> (usize, String) {
        let file = finding.file.as_deref().unwrap_or("");
        let file_at = plan.files.iter().position(|one| one.name == file).unwrap_or(usize::MAX);
        match self.by {
            // Paths and pictures are many and matter least.
            GroupBy::Rule => (usize::from(!is_secret(finding)), finding.rule.to_string()),
            GroupBy::File => (file_at, file.to_owned()),
            GroupBy::Entry => match (&finding.entry_id, finding.event_seq) {
                (Some(entry), _) => (0, format!("entry {entry}")),
                (None, Some(seq)) => (1, format!("event #{seq:05}")),
                (None, None) => (2, file.to_owned()),
            },
            // Without a number, the rule and what stands there now are all that can be told.
            GroupBy::Value if finding.group == 0 => {
                (usize::MAX, format!("{} {}", finding.replacement, finding.rule))
            }
            GroupBy::Value => {
                let (number, rule) = (finding.group, &finding.rule);
                (number as usize, format!("{} {rule} ({number})", finding.replacement))
            }
        }
    }

    /// The finding of the selected row; of a group the first one.
    pub fn selected(&self, plan: &BundlePlan) -> Option<usize> {
        match self.rows.get(self.list.selected)? {
            FindingRow::Finding(at) => Some(*at),
            FindingRow::Group { title, .. } => {
                plan.findings.iter().position(|finding| self.group(plan, finding).1 == *title)
            }
        }
    }

    /// Unfolds or folds the group of the selected row.
    pub fn fold(&mut self, plan: &BundlePlan, open: Option<bool>) {
        let Some(at) = (0..=self.list.selected).rev().find(|at| self.is_group(*at)) else { return };
        let Some(FindingRow::Group { title, folded, .. }) = self.rows.get(at) else { return };
        let title = title.clone();
        if open.unwrap_or(*folded) {
            self.open.insert(title);
        } else {
            self.open.remove(&title);
            self.list.select(at, self.rows.len());
        }
        self.rebuild(plan, plan);
    }

    fn is_group(&self, at: usize) -> bool {
        matches!(self.rows.get(at), Some(FindingRow::Group { .. }))
    }
}

/// Whether a finding is about a secret, not about a place on a disk or a picture.
fn is_secret(finding: &Finding) -> bool {
    finding.layer != Layer::Paths && !matches!(&*finding.rule, "media-content" | "data-url")
}

/// Whether a row is the same as one of an earlier list.
fn is_same(
    (row, plan): (&FindingRow, &BundlePlan),
    (kept, before): (&FindingRow, &BundlePlan),
) -> bool {
    let place = |plan: &BundlePlan, at: usize| {
        let finding = plan.findings.get(at)?;
        let (file, pointer) = (finding.file.clone(), Arc::clone(&finding.pointer));
        Some((file, finding.event_seq, pointer, Arc::clone(&finding.rule), finding.range.start))
    };
    match (row, kept) {
        (FindingRow::Group { title, .. }, FindingRow::Group { title: kept, .. }) => title == kept,
        (FindingRow::Finding(row), FindingRow::Finding(kept)) => {
            place(plan, *row) == place(before, *kept)
        }
        _ => false,
    }
}
