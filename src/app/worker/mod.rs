//! The threads behind: they do what effects ask for and answer through one channel.
//!
//! ```text
//!  catalogue ── lists the sessions, then counts them      ┐
//!  open ─────── indexes transcripts and runtime events    ├─▶ one bounded channel ─▶ the loop
//!  bodies ───── reads what is on the screen               │
//!  find ─────── searches                                  │
//!  learning ─── reads learning data, and its traces       │
//!  arms ─────── looks through the runs for one arm        │
//!  plan ─────── plans bundles, checks names for them       ┘
//! ```
//!
//! Each thread has a place for one waiting request; a newer one takes the place of an older.

pub mod bundle;
pub mod learning;
mod slot;
pub mod steps;
pub mod work;

use std::any::Any;
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::Sender;

use super::effect::{
    ArmRequest, BodyRequest, BundleFindRequest, Effect, Event, FindRequest, LearningRequest,
    PlanJob, Reply, TargetJob, Task, TraceRequest, Viewer,
};
use super::state::Requests;
use crate::config::ConfigDir;
use crate::model::bundle::BundlePlan;
use crate::model::session::SessionRow;
use crate::store::Store;
use crate::store::cancel::Cancel;
use slot::Slot;
use work::Bodies;

/// How an answer gets into the loop.
#[derive(Clone)]
struct Answers(Sender<Event>);

impl Answers {
    fn send(&self, reply: Reply) {
        // Nobody listens any more: the program is about to end.
        drop(self.0.send(Event::Reply(reply)));
    }
}

enum Catalogue {
    List(Cancel),
    Deepen(Vec<(usize, Arc<SessionRow>)>, Cancel),
}

enum PlanWork {
    Plan(PlanJob),
    Original(PlanJob),
}

/// The running threads. Dropping them waits for their end, so the channel's receiver must be
/// dropped before: a thread may be waiting for room in it.
pub struct Workers {
    store: Arc<Store>,
    config: ConfigDir,
    requests: Requests,
    answers: Answers,
    catalogue: Arc<Slot<Catalogue>>,
    open: Arc<Slot<(Arc<SessionRow>, Cancel)>>,
    bodies: Arc<Slot<BodyRequest>>,
    find: Arc<Slot<FindRequest>>,
    learning: Arc<Slot<LearningRequest>>,
    traces: Arc<Slot<TraceRequest>>,
    arms: Arc<Slot<ArmRequest>>,
    plan: Arc<Slot<PlanWork>>,
    target: Arc<Slot<TargetJob>>,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts the threads; answers go into `events`.
    pub fn start(
        store: Arc<Store>,
        config: ConfigDir,
        requests: Requests,
        events: Sender<Event>,
    ) -> Self {
        let mut workers = Self {
            store,
            config,
            requests,
            answers: Answers(events),
            catalogue: Arc::default(),
            open: Arc::default(),
            bodies: Arc::default(),
            find: Arc::default(),
            learning: Arc::default(),
            traces: Arc::default(),
            arms: Arc::default(),
            plan: Arc::default(),
            target: Arc::default(),
            threads: Vec::new(),
        };
        workers.spawn_all();
        workers
    }

    fn spawn_all(&mut self) {
        let catalogue = Arc::clone(&self.catalogue);
        self.spawn("catalogue", move |store, answers| {
            while let Some(request) = catalogue.take() {
                let emit = &mut |reply| answers.send(reply);
                match request {
                    Catalogue::List(cancel) => work::catalogue(store, &cancel, emit),
                    Catalogue::Deepen(rows, cancel) => work::deepen(store, &rows, &cancel, emit),
                }
            }
        });
        let open = Arc::clone(&self.open);
        self.spawn("open", move |store, answers| {
            while let Some((row, cancel)) = open.take() {
                work::open(store, &row, &cancel, &mut |reply| answers.send(reply));
            }
        });
        let bodies = Arc::clone(&self.bodies);
        self.spawn("bodies", move |store, answers| {
            let mut readers = Bodies::default();
            while let Some(request) = bodies.take() {
                readers.load(store, &request, &|| bodies.is_waiting(), &mut |reply| {
                    answers.send(reply);
                });
            }
        });
        let find = Arc::clone(&self.find);
        self.spawn("find", move |store, answers| {
            while let Some(request) = find.take() {
                work::find(store, &request, &mut |reply| answers.send(reply));
            }
        });
        self.spawn_learning();
        self.spawn_planning();
    }

    fn spawn_learning(&mut self) {
        let learning = Arc::clone(&self.learning);
        self.spawn("learning", move |store, answers| {
            while let Some(request) = learning.take() {
                learning::load(store, &request, &mut |reply| answers.send(reply));
            }
        });
        let traces = Arc::clone(&self.traces);
        self.spawn("traces", move |store, answers| {
            let mut reader = learning::Traces::default();
            while let Some(request) = traces.take() {
                reader.load(store, &request, &mut |reply| answers.send(reply));
            }
        });
        let arms = Arc::clone(&self.arms);
        self.spawn("arms", move |_, answers| {
            while let Some(request) = arms.take() {
                learning::arm(&request, &mut |reply| answers.send(reply));
            }
        });
    }

    fn spawn_planning(&mut self) {
        let (plan, config) = (Arc::clone(&self.plan), self.config.clone());
        self.spawn("plan", move |store, answers| {
            while let Some(work) = plan.take() {
                let emit = &mut |reply| answers.send(reply);
                match work {
                    PlanWork::Plan(job) => {
                        let request = job.request.clone();
                        steps::told(answers, Task::Plan, &request, |steps| {
                            bundle::plan(store, &config, bundle::at_present(job), steps, emit);
                        });
                    }
                    PlanWork::Original(job) => bundle::original(store, &job, emit),
                }
            }
        });
        let target = Arc::clone(&self.target);
        self.spawn("target", move |store, answers| {
            while let Some(job) = target.take() {
                bundle::target(store, &job, &mut |reply| answers.send(reply));
            }
        });
    }

    fn spawn(&mut self, name: &str, work: impl FnOnce(&Store, &Answers) + Send + 'static) {
        let (store, answers) = (Arc::clone(&self.store), self.answers.clone());
        let body = move || {
            let mourner = Mourner(answers.clone());
            work(&store, &answers);
            drop(mourner);
        };
        match std::thread::Builder::new().name(name.to_owned()).spawn(body) {
            Ok(thread) => self.threads.push(thread),
            Err(_) => self.answers.send(Reply::Broken),
        }
    }

    /// Does what an effect asks for, or gives back what only the terminal can do.
    pub fn run(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::LoadCatalogue(cancel) => self.catalogue.put(Catalogue::List(cancel)),
            Effect::Deepen { rows, request } => {
                self.catalogue.put(Catalogue::Deepen(rows, request));
            }
            Effect::Open { row, request } => self.open.put((row, request)),
            Effect::LoadBodies(request) => self.bodies.put(request),
            Effect::Find(request) => self.find.put(request),
            Effect::LoadLearning(request) => self.learning.put(request),
            Effect::LoadTrace(request) => self.traces.put(request),
            Effect::LoadArm(request) => self.arms.put(request),
            Effect::ReadText { body, viewer } => self.read_text(body, viewer),
            Effect::Plan(job) => self.plan.put(PlanWork::Plan(job)),
            Effect::LoadOriginal(job) => self.plan.put(PlanWork::Original(job)),
            Effect::LetGo(gone) => self.let_go(gone),
            Effect::FindInBundle(request) => self.find_in_bundle(request),
            Effect::CheckTarget(job) => self.target.put(job),
            Effect::Export { target, reviewed } => self.export(target, reviewed),
            Effect::SaveLayout(layout) => {
                if let Err(error) = self.config.save_layout(&layout) {
                    tracing::warn!(%error, "the layout is not remembered");
                }
            }
            outside => return Some(outside),
        }
        None
    }

    /// Rare and asked for by hand: a thread of its own, so that no other request is replaced.
    fn read_text(&mut self, body: BodyRequest, viewer: Viewer) {
        self.threads.retain(|thread| !thread.is_finished());
        self.spawn("text", move |store, answers| {
            answers.send(work::text(store, &body, viewer));
        });
    }
}

impl Workers {
    fn let_go(&mut self, gone: Arc<dyn Any + Send + Sync>) {
        self.threads.retain(|thread| !thread.is_finished());
        self.spawn("let-go", move |_, _| drop(gone));
    }

    /// A thread of its own: a plan may be in the making meanwhile.
    fn find_in_bundle(&mut self, request: BundleFindRequest) {
        self.threads.retain(|thread| !thread.is_finished());
        self.spawn("bundle-find", move |_, answers| {
            bundle::find(&request, &mut |reply| answers.send(reply));
        });
    }

    /// A thread of its own, which is waited for at the end: a bundle is written as a whole.
    fn export(&mut self, target: TargetJob, reviewed: Arc<BundlePlan>) {
        self.threads.retain(|thread| !thread.is_finished());
        let config = self.config.clone();
        self.spawn("export", move |store, answers| {
            let request = target.request.clone();
            steps::told(answers, Task::Write, &request, |steps| {
                let emit = &mut |reply| answers.send(reply);
                bundle::export(store, &config, (target, &reviewed), steps, emit);
            });
        });
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        let requests = &self.requests;
        let requests = [
            &requests.catalogue,
            &requests.open,
            &requests.find,
            &requests.learning,
            &requests.arm,
            &requests.plan,
            &requests.bundle_find,
        ];
        for kind in requests {
            kind.cancel_all();
        }
        self.catalogue.close();
        self.open.close();
        self.bodies.close();
        self.find.close();
        self.learning.close();
        self.traces.close();
        self.arms.close();
        self.plan.close();
        self.target.close();
        for thread in self.threads.drain(..) {
            // A thread that panicked has already been reported.
            drop(thread.join());
        }
    }
}

/// Says so when its thread panics; without its workers the program would only look alive.
struct Mourner(Answers);

impl Drop for Mourner {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.send(Reply::Broken);
        }
    }
}
