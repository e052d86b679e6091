//! Scheduled jobs: their names and how their runs ended, for the rows of cron sessions.
//!
//! `cron/jobs.json` holds the jobs, `cron/runs/<job>.jsonl` one line a finished run. Both only add
//! a title and a state to rows that have none; a state without them is complete all the same.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::Error;
use super::catalogue::names;
use super::confine::Roots;
use crate::js::value::Value;
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::fact::Fact;
use crate::model::key::SessionKey;
use crate::model::session::{RunState, SessionRow, TitleFrom};

/// A file of jobs that people made is far smaller.
const MAX_JOBS_BYTES: u64 = 16 << 20;
/// How much of a run log's end is read; a line takes about 500 bytes.
const RUN_LOG_BYTES: u64 = 1 << 20;

/// The jobs of a state directory, and the run logs that were needed so far.
#[derive(Debug, Default)]
pub(super) struct CronJobs {
    directory: PathBuf,
    roots: Roots,
    /// Id and name of each job, by the id in lower case, as keys have it.
    jobs: FxHashMap<String, (String, String)>,
    logs: FxHashMap<String, RunLog>,
}

/// How the runs of one job ended.
#[derive(Debug, Default)]
struct RunLog {
    last: Option<RunState>,
    by_session: FxHashMap<String, RunState>,
}

/// The members of a run log's line that are used.
#[derive(Deserialize)]
struct RunLine {
    action: Option<String>,
    status: Option<String>,
    #[serde(rename = "sessionId")]
    session_id: Option<String>,
}

impl CronJobs {
    /// Reads the names of all jobs. No `cron/jobs.json` means no jobs.
    pub(super) fn read(state_dir: &Path, roots: &Roots, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let directory = state_dir.join("cron");
        let path = directory.join("jobs.json");
        let mut jobs = Self { directory, roots: roots.clone(), ..Self::default() };
        if !roots.admit(&path, diagnostics) {
            return jobs;
        }
        let list = match roots.read(&path, MAX_JOBS_BYTES) {
            Err(Error::NotFound { .. }) => return jobs,
            read => read.ok().and_then(|bytes| job_list(&bytes)),
        };
        let Some(list) = list else {
            let message = "The list of scheduled jobs cannot be read; cron sessions are shown without the names of their jobs.";
            diagnostics.push(Diagnostic::warning("cron-unreadable", Place::whole(path), message));
            return jobs;
        };
        for job in &list {
            let member = |name: &str| job.get(name).and_then(Value::as_str);
            if let (Some(id), Some(name)) = (member("id"), member("name")) {
                jobs.jobs.insert(id.to_lowercase(), (id.to_owned(), name.to_owned()));
            }
        }
        jobs
    }

    /// Gives the row of a cron session the job's name as its title and the state of its run, and
    /// puts a run under its job.
    pub(super) fn complete(&mut self, row: &mut SessionRow) {
        let Some(key) = row.key.clone().or_else(|| row.parent_key.clone()) else { return };
        let Some(job) = job_of(key.parts().rest) else { return };
        let job = job.to_lowercase();
        let of_job = key.as_str().split_once(":run:").map(|(job, _)| job);
        if row.title.value().is_none()
            && let Some((_, name)) = self.jobs.get(&job)
        {
            row.title = Fact::Recorded(name.clone());
            row.title_from = TitleFrom::CronJob;
        }
        if row.state.value().is_none() && row.key.is_some() {
            let log = self.log(&job);
            let last = log.last.filter(|_| of_job.is_none());
            if let Some(state) = log.by_session.get(&row.session_id).copied().or(last) {
                row.state = Fact::Recorded(state);
            }
        }
        if row.key.is_some() && row.parent_key.is_none() {
            row.parent_key = of_job.map(SessionKey::new);
        }
    }

    fn log(&mut self, job: &str) -> &RunLog {
        let id = self.jobs.get(job).map_or(job, |(id, _)| id);
        let path = self.directory.join("runs").join(format!("{id}.jsonl"));
        self.logs.entry(job.to_owned()).or_insert_with(|| RunLog::read(&path, &self.roots))
    }
}

/// The job of a key's rest, `cron:<job>` or `cron:<job>:run:<run>`, when it can be a file's name.
fn job_of(rest: &str) -> Option<&str> {
    let (word, tail) = rest.split_once(':')?;
    let job = tail.split(':').next()?;
    (word.eq_ignore_ascii_case("cron") && names::is_session_id(job)).then_some(job)
}

fn job_list(text: &[u8]) -> Option<Vec<Value>> {
    let value = crate::js::parse::parse_lossy(text).ok()?;
    let list = value.get("jobs").unwrap_or(&value).as_array()?;
    Some(list.to_vec())
}

impl RunLog {
    /// Reads the end of a log; lines that are no finished run are passed over.
    fn read(path: &Path, roots: &Roots) -> Self {
        let mut log = Self::default();
        let end = roots.open(path).ok().and_then(|file| tail(file).ok());
        for line in end.unwrap_or_default().split(|byte| *byte == b'\n') {
            let Ok(run) = serde_json::from_slice::<RunLine>(line) else { continue };
            if run.action.is_some_and(|action| action != "finished") {
                continue;
            }
            let state = match run.status.as_deref() {
                Some("ok") => RunState::Done,
                Some("error") => RunState::Failed,
                _ => continue,
            };
            log.last = Some(state);
            if let Some(id) = run.session_id {
                log.by_session.insert(id, state);
            }
        }
        log
    }
}

fn tail(mut file: File) -> std::io::Result<Vec<u8>> {
    let from = file.metadata()?.len().saturating_sub(RUN_LOG_BYTES);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(RUN_LOG_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::key::AgentId;
    use crate::model::session::{Provenance, TranscriptSource};
    use crate::store::catalogue::entry::{IndexEntry, row_from_entry};
    use crate::store::location::{ChosenBy, Location};

    fn row(key: &str, entry: &str) -> SessionRow {
        let entry = IndexEntry::parse(entry.as_bytes()).unwrap();
        let source = TranscriptSource::File { path: "x.jsonl".into(), zstd: false };
        row_from_entry(
            &AgentId::normalise("a"),
            key,
            &entry,
            source,
            Fact::NotLoaded,
            Provenance::Live,
        )
    }

    fn roots(state_dir: &Path) -> Roots {
        Roots::of(&Location { state_dir: state_dir.to_owned(), ..Location::demo(ChosenBy::Path) })
    }

    fn state_with(jobs: &str, runs: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("cron/runs")).unwrap();
        std::fs::write(dir.path().join("cron/jobs.json"), jobs).unwrap();
        std::fs::write(dir.path().join("cron/runs/Daily.jsonl"), runs).unwrap();
        dir
    }

    #[test]
    fn cron_rows_get_the_name_and_state_of_their_job() {
        let runs = "{\"action\":\"finished\",\"status\":\"error\",\"sessionId\":\"s1\"}\nnot json\n\
                    {\"action\":\"finished\",\"status\":\"ok\",\"sessionId\":\"s2\"}\n";
        let dir = state_with(r#"{"jobs":[{"id":"Daily","name":"stock check"},{"id":7}]}"#, runs);
        let mut diagnostics = Vec::new();
        let mut jobs = CronJobs::read(dir.path(), &roots(dir.path()), &mut diagnostics);
        assert_eq!(diagnostics, []);
        let mut run = row("agent:a:cron:daily:run:1", r#"{"sessionId":"s1","updatedAt":1}"#);
        jobs.complete(&mut run);
        assert_eq!(run.title, Fact::Recorded("stock check".to_owned()));
        assert_eq!(
            (run.title_from, run.state.value()),
            (TitleFrom::CronJob, Some(&RunState::Failed))
        );
        assert_eq!(run.parent_key, Some(SessionKey::new("agent:a:cron:daily")));
        let mut job = row("agent:a:cron:daily", r#"{"sessionId":"s9","label":"mine"}"#);
        jobs.complete(&mut job);
        assert_eq!(
            (job.title.value().unwrap().as_str(), job.state.value()),
            ("mine", Some(&RunState::Done))
        );
        let mut other = row("agent:a:main", r#"{"sessionId":"s1"}"#);
        jobs.complete(&mut other);
        assert_eq!(other.title, Fact::NotLoaded);
    }

    #[test]
    fn a_damaged_list_is_a_diagnostic_and_a_strange_job_is_no_path() {
        let dir = state_with("{\"jobs\":", "");
        let mut diagnostics = Vec::new();
        let mut jobs = CronJobs::read(dir.path(), &roots(dir.path()), &mut diagnostics);
        assert_eq!(diagnostics.iter().map(|one| one.code).collect::<Vec<_>>(), ["cron-unreadable"]);
        let mut climbing = row("agent:a:cron:../../secret", r#"{"sessionId":"s1"}"#);
        jobs.complete(&mut climbing);
        assert!(jobs.logs.is_empty());
    }
}
