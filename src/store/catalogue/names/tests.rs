//! Every form of name that OpenClaw gives to a file beside its transcripts.

use super::*;

const ID: &str = "4f5c2a9e-0b1d-4c3f-9a7e-1d2c3b4a5f60";
const CHECK: &str = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
/// 2026-11-09T18:30:00.412Z
const STAMPED: i64 = 1_794_249_000_412;

fn whole(id: &str) -> Stem {
    Stem { session_id: id.to_owned(), part: Part::Whole }
}

fn archive(stem: Stem, reason: ArchiveReason, generation: Option<&str>, zstd: bool) -> FileRole {
    let generation = generation.map(str::to_owned);
    FileRole::Archive { stem, reason, at: Some(STAMPED), generation, zstd }
}

#[test]
fn live_names() {
    let topic = Stem { session_id: ID.to_owned(), part: Part::Topic("a/b ü".to_owned()) };
    let checkpoint = Stem { session_id: ID.to_owned(), part: Part::Checkpoint(CHECK.to_owned()) };
    for (name, role) in [
        ("sessions.json".to_owned(), FileRole::Index),
        (format!("{ID}.jsonl"), FileRole::Transcript(whole(ID))),
        ("my.named_session-1.jsonl".to_owned(), FileRole::Transcript(whole("my.named_session-1"))),
        (format!("{ID}-topic-a%2Fb%20%C3%BC.jsonl"), FileRole::Transcript(topic)),
        (format!("{ID}.checkpoint.{CHECK}.jsonl"), FileRole::Transcript(checkpoint)),
        (
            format!("{ID}.checkpoint.early.jsonl"),
            FileRole::Transcript(whole(&format!("{ID}.checkpoint.early"))),
        ),
        (format!("{ID}.trajectory.jsonl"), FileRole::Sidecar { stem: ID.to_owned() }),
        (format!("{ID}.trajectory-path.json"), FileRole::Pointer { stem: ID.to_owned() }),
        (format!("{ID}.jsonl.lock"), FileRole::Lock),
        ("sessions.json.lock".to_owned(), FileRole::Lock),
        ("sessions.json.77.9f2c.tmp".to_owned(), FileRole::Temporary),
        (format!("{ID}.jsonl.tmp"), FileRole::Temporary),
        ("sessions.json.bak.1794249000412".to_owned(), FileRole::IndexBackup),
        ("sessions.json.migrated".to_owned(), FileRole::IndexBackup),
        (".jsonl".to_owned(), FileRole::Other),
        ("._notes.jsonl".to_owned(), FileRole::Other),
        ("notes.txt".to_owned(), FileRole::Other),
        ("x.jsonl.deleted.yesterday".to_owned(), FileRole::Other),
    ] {
        assert_eq!(classify(&name), role, "{name}");
    }
}

#[test]
fn archived_names() {
    let generation = "0123456789abcdef0123456789abcdef";
    let stamp = "2026-11-09T18-30-00.412Z";
    for (name, role) in [
        (
            format!("{ID}.jsonl.reset.{stamp}"),
            archive(whole(ID), ArchiveReason::Reset, None, false),
        ),
        (
            format!("{ID}.jsonl.deleted.{stamp}"),
            archive(whole(ID), ArchiveReason::Deleted, None, false),
        ),
        (format!("{ID}.jsonl.bak.{stamp}"), archive(whole(ID), ArchiveReason::Backup, None, false)),
        (
            format!("{ID}.jsonl.deleted.{stamp}.{generation}.zst"),
            archive(whole(ID), ArchiveReason::Deleted, Some(generation), true),
        ),
        (
            format!("{ID}.jsonl.reset.{stamp}.{generation}"),
            archive(whole(ID), ArchiveReason::Reset, Some(generation), false),
        ),
        (format!("{ID}.trajectory.jsonl.reset.{stamp}"), FileRole::Sidecar { stem: ID.to_owned() }),
        (format!("{}.jsonl.zst", "ab".repeat(32)), FileRole::Cold { digest: "ab".repeat(32) }),
        ("short.jsonl.zst".to_owned(), FileRole::Other),
    ] {
        assert_eq!(classify(&name), role, "{name}");
    }
    assert!(matches!(
        classify(&format!("{ID}.jsonl.reset.2026-11-09T18-30-00Z")),
        FileRole::Archive { at: Some(1_794_249_000_000), .. }
    ));
}

#[test]
fn copies_of_migrations_and_repairs() {
    let stamp = "2026-11-09T18-30-00-412Z";
    let imported = FileRole::Imported { session_id: ID.to_owned(), at: Some(STAMPED) };
    for (name, role) in [
        (format!("agent_main_main.{ID}.jsonl.imported-{STAMPED}"), imported.clone()),
        (format!("agent_a_matrix_channel_!r_x.org.{ID}.jsonl.imported-{STAMPED}"), imported),
        (
            format!("agent_main_main.release.notes.jsonl.imported-{STAMPED}"),
            FileRole::Imported { session_id: "release.notes".to_owned(), at: Some(STAMPED) },
        ),
        (
            format!("agent_main_main.{ID}.trajectory.jsonl.imported-1"),
            FileRole::Sidecar { stem: ID.to_owned() },
        ),
        (
            format!("agent_main_main.{ID}.trajectory-path.json.imported-1"),
            FileRole::Pointer { stem: ID.to_owned() },
        ),
        ("legacy-store.sessions.json.imported-1".to_owned(), FileRole::IndexBackup),
        (format!("{ID}.jsonl.migrated"), FileRole::Migrated(whole(ID))),
        (format!("{ID}.jsonl.migrated.2"), FileRole::Migrated(whole(ID))),
        (format!("{ID}.jsonl.pre-doctor-branch-repair-{stamp}.bak"), FileRole::Repair(whole(ID))),
        (format!("{ID}.jsonl.openai-codex-repair-{stamp}.bak"), FileRole::Repair(whole(ID))),
        (format!("{ID}.jsonl.corrupt-{stamp}-0a1b2c3d.jsonl"), FileRole::Repair(whole(ID))),
        (format!("{ID}.corrupt-{stamp}-0a1b2c3d.jsonl"), FileRole::Repair(whole(ID))),
    ] {
        assert_eq!(classify(&name), role, "{name}");
    }
}

#[test]
fn ids_that_an_index_may_use() {
    for id in [ID, "a", "release.notes_2-b", "événement", "日本"] {
        assert!(is_session_id(id), "{id}");
    }
    for id in [
        "",
        " a",
        ".a",
        "../x",
        "a/b",
        "a b",
        &format!("{ID}.checkpoint.{CHECK}"),
        &"a".repeat(300),
    ] {
        assert!(!is_session_id(id), "{id}");
    }
}
