//! The files of the embedded demo, by their paths in the state directory.
//!
//! A test compares the list with `assets/demo`; a file that is missing here would be missing there.

/// A file's path below the state directory (or the agent of a database) and its content.
pub(super) type Embedded = (&'static str, &'static [u8]);

macro_rules! embed {
    ($directory:literal: $($path:literal),* $(,)?) => {
        &[$((
            $path,
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/demo/", $directory, "/", $path)),
        )),*]
    };
}

/// The tables of the databases, as SQL.
pub(super) const AGENT_SCHEMA: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/demo/agent-schema.sql"));

/// What the databases hold, as SQL.
pub(super) const DATABASES: &[Embedded] = embed!["db": "ops.sql", "studio.sql"];

/// The learning databases, as SQL.
pub(super) const LEARNING: &[Embedded] = embed!["learning": "main.sql"];

/// Everything that is laid out as it is.
pub(super) const FILES: &[Embedded] = embed!["state":
    "agents/main/sessions/4580daa6-a86e-453b-b7e8-e91b0c744f85.jsonl",
    "agents/main/sessions/5619f21b-552f-4fcd-ba26-84f94683f165.jsonl.reset.2026-11-09T18-30-00.412Z",
    "agents/main/sessions/666e86ff-d345-432e-a4ec-f327b0e8551d.jsonl",
    "agents/main/sessions/6ca4a1a9-f5b1-4f71-9c7a-c8ad1b2ba06b.jsonl",
    "agents/main/sessions/6ca4a1a9-f5b1-4f71-9c7a-c8ad1b2ba06b.trajectory-path.json",
    "agents/main/sessions/6ca4a1a9-f5b1-4f71-9c7a-c8ad1b2ba06b.trajectory.jsonl",
    "agents/main/sessions/815e23f0-08f8-4399-b9fd-4ec3f2a9be44.jsonl",
    "agents/main/sessions/8ba060f1-0dfe-474b-b68c-6714479dd02e.jsonl",
    "agents/main/sessions/9483afa0-f5ba-4ca6-adde-8126bc306607.jsonl.deleted.2026-11-11T07-15-21.003Z",
    "agents/main/sessions/97971ae3-c407-406c-a0a9-5218f226d5e6.jsonl",
    "agents/main/sessions/bc1be6c6-1880-479e-bc9b-254cbd9831d4.jsonl",
    "agents/main/sessions/bc1be6c6-1880-479e-bc9b-254cbd9831d4.trajectory-path.json",
    "agents/main/sessions/bc1be6c6-1880-479e-bc9b-254cbd9831d4.trajectory.jsonl",
    "agents/main/sessions/d6ca839b-a8d4-4ad8-a11f-d5b0a7753e56.checkpoint.8f529c69-6533-4798-bd0b-773832dadaeb.jsonl",
    "agents/main/sessions/d6ca839b-a8d4-4ad8-a11f-d5b0a7753e56.jsonl",
    "agents/main/sessions/d6ca839b-a8d4-4ad8-a11f-d5b0a7753e56.trajectory-path.json",
    "agents/main/sessions/d6ca839b-a8d4-4ad8-a11f-d5b0a7753e56.trajectory.jsonl",
    "agents/main/sessions/f2ecb7d9-0a6f-4693-b4a0-a7d3d3f1b773.jsonl",
    "agents/main/sessions/f9a8eab8-19b3-43bb-8a01-f57adde5a881.jsonl",
    "agents/main/sessions/f9a8eab8-19b3-43bb-8a01-f57adde5a881.trajectory-path.json",
    "agents/main/sessions/f9a8eab8-19b3-43bb-8a01-f57adde5a881.trajectory.jsonl",
    "agents/main/sessions/sessions.json",
    "agents/research/sessions/22375d32-44dc-4957-adaa-fcd172339620.jsonl",
    "agents/research/sessions/22375d32-44dc-4957-adaa-fcd172339620.trajectory-path.json",
    "agents/research/sessions/22375d32-44dc-4957-adaa-fcd172339620.trajectory.jsonl",
    "agents/research/sessions/8457dd3c-3b85-4844-94e7-157d320e9208.jsonl",
    "agents/research/sessions/8457dd3c-3b85-4844-94e7-157d320e9208.trajectory-path.json",
    "agents/research/sessions/8457dd3c-3b85-4844-94e7-157d320e9208.trajectory.jsonl",
    "agents/research/sessions/f164ad06-7b22-4383-9cdd-2eb91e4702a1.jsonl",
    "agents/research/sessions/f164ad06-7b22-4383-9cdd-2eb91e4702a1.trajectory-path.json",
    "agents/research/sessions/f164ad06-7b22-4383-9cdd-2eb91e4702a1.trajectory.jsonl",
    "agents/research/sessions/sessions.json",
    "cron/jobs.json",
    "cron/runs/7d0c5f1e-2b7a-4c0e-9a55-3f0b1d2c4e61.jsonl",
    "cron/runs/b3a1c9d4-58f2-4e0b-8a17-60c2d9e7f415.jsonl",
    "openclaw.json",
];
