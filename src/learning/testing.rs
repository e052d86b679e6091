//! Small learning databases for tests.

use std::path::Path;

use rusqlite::{Connection, ToSql, params_from_iter};

/// The schema of the product, which never changed.
const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS run_traces (trace_id TEXT PRIMARY KEY, run_id TEXT NOT NULL,
  session_id TEXT NOT NULL, session_key TEXT, timestamp INTEGER NOT NULL, provider TEXT, model TEXT,
  channel TEXT, is_baseline INTEGER NOT NULL DEFAULT 0, context_json TEXT NOT NULL,
  arms_json TEXT NOT NULL, usage_json TEXT, duration_ms INTEGER, system_prompt_chars INTEGER,
  aborted INTEGER NOT NULL DEFAULT 0, error TEXT);
CREATE INDEX IF NOT EXISTS idx_traces_timestamp ON run_traces(timestamp);
CREATE TABLE IF NOT EXISTS arm_posteriors (arm_id TEXT PRIMARY KEY, alpha REAL NOT NULL DEFAULT 1.0,
  beta REAL NOT NULL DEFAULT 1.0, pulls INTEGER NOT NULL DEFAULT 0, last_updated INTEGER NOT NULL);
";

/// Opens a database for writing, in WAL mode as the product does.
pub(crate) fn writer(path: &Path) -> Connection {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).unwrap();
    }
    let connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.execute_batch(SCHEMA).unwrap();
    connection
}

/// Adds a trace: its columns in the order of the table.
pub(crate) fn add_trace(connection: &Connection, columns: [&dyn ToSql; 16]) {
    let sql = "INSERT INTO run_traces VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
    connection.execute(sql, columns).unwrap();
}

/// Adds a trace of which only the id, the time and the arms matter.
pub(crate) fn add_run(connection: &Connection, id: &str, time: i64, arms: &str) {
    let none: Option<String> = None;
    add_trace(
        connection,
        [
            &id, &"run", &"session", &none, &time, &none, &none, &none, &0, &"{}", &arms, &none,
            &none, &0, &0, &none,
        ],
    );
}

/// Adds a posterior.
pub(crate) fn add_posterior(connection: &Connection, arm: &str, alpha: f64, beta: f64, pulls: f64) {
    let sql = "INSERT INTO arm_posteriors VALUES (?,?,?,?,?)";
    let columns: [&dyn ToSql; 5] = [&arm, &alpha, &beta, &pulls, &0];
    connection.execute(sql, params_from_iter(columns)).unwrap();
}
