//! What a transcript may add to a row.

use super::*;
use crate::model::key::AgentId;
use crate::model::session::{Provenance, TranscriptSource};
use crate::store::catalogue::entry::{IndexEntry, row_from_entry};

fn row(entry: &str) -> SessionRow {
    let entry = IndexEntry::parse(entry.as_bytes()).unwrap();
    let source = TranscriptSource::File { path: "x.jsonl".into(), zstd: false };
    row_from_entry(&AgentId::normalise("a"), "k", &entry, source, Fact::NotLoaded, Provenance::Live)
}

#[test]
fn gaps_are_filled_and_recorded_values_stay() {
    let mut row = row(r#"{"sessionId":"s","totalTokens":7,"label":"mine","updatedAt":3}"#);
    let depth = Depth {
        title: Some(("theirs".to_owned(), TitleFrom::FirstMessage)),
        messages: Fact::Recorded(4),
        tokens: Fact::Recorded(99),
        cost: Fact::NeverRecorded(Absence::NotInSource),
        updated: Fact::Recorded(1),
        created: Fact::Recorded(2),
        ..Depth::default()
    };
    depth.apply(&mut row);
    assert_eq!((row.title.value().unwrap().as_str(), row.title_from), ("mine", TitleFrom::Label));
    assert_eq!((row.messages, row.tokens), (Fact::Recorded(4), Fact::Recorded(7)));
    assert_eq!((row.updated, row.created), (Fact::Recorded(3), Fact::Recorded(2)));
    assert_eq!(row.cost, Fact::NeverRecorded(Absence::NotInSource));
    assert!(row.errors.is_not_loaded());
}

#[test]
fn a_title_comes_from_the_transcript_or_from_nowhere() {
    let mut titled = row(r#"{"sessionId":"s"}"#);
    Depth { title: Some(("hello".to_owned(), TitleFrom::FirstMessage)), ..Depth::default() }
        .apply(&mut titled);
    assert_eq!(
        (titled.title, titled.title_from),
        (Fact::Recorded("hello".to_owned()), TitleFrom::FirstMessage)
    );
    let mut silent = row(r#"{"sessionId":"s"}"#);
    Depth::default().apply(&mut silent);
    assert_eq!(silent.title, Fact::NeverRecorded(Absence::NotInSource));
    let mut gone = row(r#"{"sessionId":"s"}"#);
    Depth::missing().apply(&mut gone);
    assert_eq!(gone.messages, Fact::NeverRecorded(Absence::TranscriptMissing));
}
