//! What an entry tells about its session.

use super::*;

fn row(key: &str, entry: &str) -> SessionRow {
    let entry = IndexEntry::parse(entry.as_bytes()).unwrap();
    let source = TranscriptSource::File { path: "s1.jsonl".into(), zstd: false };
    row_from_entry(
        &AgentId::normalise("main"),
        key,
        &entry,
        source,
        Fact::Recorded(10),
        Provenance::Live,
    )
}

#[test]
fn a_full_entry_gives_a_full_row() {
    let row = row(
        "agent:main:telegram:group:7",
        r#"{"sessionId": "s1", "updatedAt": 1795169598780, "sessionStartedAt": 1795169593000,
            "displayName": "shop floor", "chatType": "group", "lastChannel": "telegram", "model": "m",
            "totalTokens": 100, "inputTokens": 1, "estimatedCostUsd": 0.5, "status": "failed",
            "spawnedBy": "agent:main:main", "systemSent": true, "skillsSnapshot": {"prompt": "long"}}"#,
    );
    assert_eq!(row.title, Fact::Recorded("shop floor".to_owned()));
    assert_eq!((row.title_from, row.kind), (TitleFrom::DisplayName, SessionKind::Group));
    assert_eq!(row.channel.value().unwrap(), "telegram");
    assert_eq!(
        (row.updated.value(), row.created.value()),
        (Some(&1_795_169_598_780), Some(&1_795_169_593_000))
    );
    assert_eq!((row.tokens.value(), row.cost.value()), (Some(&100), Some(&0.5)));
    assert_eq!(row.state, Fact::Recorded(RunState::Failed));
    assert_eq!(row.parent_key, Some(SessionKey::new("agent:main:main")));
    assert!(row.messages.is_not_loaded() && !row.forked);
    let names: Vec<_> = row.listed.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "key",
            "updatedAt",
            "sessionId",
            "sessionStartedAt",
            "displayName",
            "inputTokens",
            "totalTokens",
            "model",
            "agentId",
            "kind"
        ]
    );
}

#[test]
fn the_version_2_form_gives_the_same_facts() {
    let row = row(
        "agent:main:main",
        r#"{"activeSessionId": "s1", "model": {"provider": "p", "model": "opus"},
            "tokenCounts": {"inputTokens": 45000, "outputTokens": 12000}, "deliveryContext": {"channel": "telegram"}}"#,
    );
    assert_eq!((row.session_id.as_str(), row.model.value().unwrap().as_str()), ("s1", "opus"));
    assert_eq!(
        (row.tokens, row.channel.value().unwrap().as_str()),
        (Fact::Recorded(57_000), "telegram")
    );
}

#[test]
fn a_member_of_a_wrong_type_is_as_good_as_absent() {
    let row = row(
        "agent:main:main",
        r#"{"sessionId": "s1", "updatedAt": "yesterday", "label": 7, "displayName": " ", "model": ["m"],
            "totalTokens": -1, "outputTokens": 3, "estimatedCostUsd": "1", "status": 4, "abortedLastRun": "yes",
            "chatType": {}, "channel": null, "origin": "x", "spawnedBy": {}, "forkedFromParent": 1}"#,
    );
    assert_eq!(
        (row.updated, row.title, row.model),
        (Fact::NotLoaded, Fact::NotLoaded, Fact::NotLoaded)
    );
    assert_eq!((row.tokens, row.cost), (Fact::Recorded(3), Fact::NotLoaded));
    assert_eq!(row.state, Fact::NeverRecorded(Absence::NotInSource));
    assert_eq!((row.kind, row.parent_key, row.forked), (SessionKind::Direct, None, false));
}

#[test]
fn how_the_last_run_stands() {
    for (entry, state) in [
        (r#"{"status":"running","abortedLastRun":true}"#, Some(RunState::Running)),
        (r#"{"status":"done","abortedLastRun":true}"#, Some(RunState::Aborted)),
        (r#"{"status":"done","abortedLastRun":false}"#, Some(RunState::Done)),
        (r#"{"status":"timeout"}"#, Some(RunState::TimedOut)),
        (r#"{"abortedLastRun":true}"#, Some(RunState::Aborted)),
        (r#"{"abortedLastRun":false}"#, None),
    ] {
        assert_eq!(IndexEntry::parse(entry.as_bytes()).unwrap().state(), state, "{entry}");
    }
}

#[test]
fn the_channel_says_the_kind_where_the_key_is_silent() {
    for (key, chat, kind) in [
        ("agent:main:x", "group", SessionKind::Group),
        ("agent:main:x", "room", SessionKind::Channel),
        ("agent:main:cron:daily", "direct", SessionKind::Cron),
        ("agent:main:subagent:1", "group", SessionKind::Subagent),
        ("agent:main:x", "nonsense", SessionKind::Direct),
    ] {
        let entry = format!(r#"{{"sessionId":"s","chatType":"{chat}"}}"#);
        assert_eq!(row(key, &entry).kind, kind, "{key} {chat}");
    }
}

#[test]
fn a_missing_transcript_leaves_nothing_to_load() {
    let entry = IndexEntry::parse(br#"{"sessionId":"s1","updatedAt":5}"#).unwrap();
    let source = TranscriptSource::Missing { path: "s1.jsonl".into() };
    let size = Fact::NeverRecorded(Absence::TranscriptMissing);
    let row = row_from_entry(&AgentId::normalise("a"), "k", &entry, source, size, Provenance::Live);
    assert_eq!(row.updated, Fact::Recorded(5));
    assert_eq!(row.messages, Fact::NeverRecorded(Absence::TranscriptMissing));
    assert_eq!(row.title, Fact::NeverRecorded(Absence::TranscriptMissing));
}

#[test]
fn only_an_object_is_an_entry() {
    for text in ["", "[]", "3", "{} x", "{\"a\":"] {
        assert!(IndexEntry::parse(text.as_bytes()).is_none(), "{text}");
    }
    assert_eq!(IndexEntry::parse(b" {} ").map(|entry| entry.session_id().is_none()), Some(true));
}
