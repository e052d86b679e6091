//! The threads behind: they do what effects ask for and answer through one channel.
//!
//! ```text
//!  catalogue ── lists the sessions, then counts them      ┐
//!  open ─────── indexes transcripts and runtime events    ├─▶ one bounded channel ─▶ the loop
//!  bodies ───── reads what is on the screen               │
//!  find ─────── searches                                  │
//!  learning ─── reads learning data                       │
//!  traces ───── reads one trace in full                   │
//!  arms ─────── looks through the runs for one arm        │
//!  plan ─────── plans bundles, and what they were before  │
//!  target ───── checks names for bundles                  ┘
//! ```
//!
//! Each thread has a place for one waiting request; a newer one takes the place of an older. A text
//! for a program outside and the writing of a bundle get a thread of their own.

pub mod bundle;
pub mod learning;
mod log;
mod slot;
pub mod steps;
pub mod work;
mod writes;

use std::any::Any;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::effect::{
    ArmRequest, BodyRequest, BundleFindRequest, Effect, Event, FindRequest, LearningRequest,
    PlanJob, Reply, TargetJob, Task, TraceRequest, Viewer,
};
use super::state::Requests;
use super::state::detail::DetailMode;
use crate::config::ConfigDir;
use crate::model::bundle::BundlePlan;
use crate::model::session::SessionRow;
use crate::store::Store;
use crate::store::cancel::Cancel;
use log::timed;
use slot::Slot;
use work::Bodies;
use writes::Writes;

/// How long threads are waited for at the end. Most look up every few milliseconds; one that cannot,
/// in the middle of a long statement or of unpacking, ends with the process and loses nothing.
const PATIENCE: Duration = Duration::from_millis(300);

/// How an answer gets into the loop.
#[derive(Clone)]
struct Answers(Sender<Event>);

impl Answers {
    fn send(&self, reply: Reply) {
        log::answered(&reply);
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

/// The running threads. Dropping them waits for their end, though not for long, and for that of a
/// write that has begun, however long. The channel's receiver must be dropped before: a thread may
/// be waiting for room in it.
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
    writes: Arc<Writes>,
    /// Every thread has a copy; nothing is ever sent.
    running: Option<Sender<Infallible>>,
    /// Ends with the last of the copies.
    ended: Receiver<Infallible>,
}

impl Workers {
    /// Starts the threads; answers go into `events`.
    pub fn start(
        store: Arc<Store>,
        config: ConfigDir,
        requests: Requests,
        events: Sender<Event>,
    ) -> Self {
        let (running, ended) = bounded(0);
        let workers = Self {
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
            writes: Arc::default(),
            running: Some(running),
            ended,
        };
        workers.spawn_all();
        workers
    }

    fn spawn_all(&self) {
        self.serve("catalogue", &self.catalogue, |request, store, answers| {
            let emit = &mut |reply| answers.send(reply);
            match request {
                Catalogue::List(cancel) => {
                    let number = cancel.generation();
                    timed("catalogue", number, || work::catalogue(store, &cancel, emit));
                }
                Catalogue::Deepen(rows, cancel) => {
                    let number = cancel.generation();
                    timed("deepen", number, || work::deepen(store, &rows, &cancel, emit));
                }
            }
        });
        self.serve("open", &self.open, |(row, cancel), store, answers| {
            let emit = &mut |reply| answers.send(reply);
            timed("open", cancel.generation(), || work::open(store, &row, &cancel, emit));
        });
        let (mut readers, bodies) = (Bodies::default(), Arc::clone(&self.bodies));
        self.serve("bodies", &self.bodies, move |request, store, answers| {
            let emit = &mut |reply| answers.send(reply);
            timed("bodies", request.request.generation(), || {
                readers.load(store, &request, &|| bodies.is_waiting(), emit);
            });
        });
        self.serve("find", &self.find, |request, store, answers| {
            let emit = &mut |reply| answers.send(reply);
            timed("find", request.request.generation(), || work::find(store, &request, emit));
        });
        self.spawn_learning();
        self.spawn_planning();
    }

    fn spawn_learning(&self) {
        self.serve("learning", &self.learning, |request, store, answers| {
            let emit = &mut |reply| answers.send(reply);
            timed("learning", request.request.generation(), || {
                learning::load(store, &request, emit);
            });
        });
        let mut reader = learning::Traces::default();
        self.serve("traces", &self.traces, move |request, store, answers| {
            let emit = &mut |reply| answers.send(reply);
            timed("trace", request.request, || reader.load(store, &request, emit));
        });
        self.serve("arms", &self.arms, |request, _, answers| {
            let emit = &mut |reply| answers.send(reply);
            timed("arm", request.request.generation(), || learning::arm(&request, emit));
        });
    }

    fn spawn_planning(&self) {
        let config = self.config.clone();
        self.serve("plan", &self.plan, move |work, store, answers| {
            let emit = &mut |reply| answers.send(reply);
            match work {
                PlanWork::Plan(job) => timed("plan", job.request.generation(), || {
                    let request = job.request.clone();
                    steps::told(answers, Task::Plan, &request, |steps| {
                        bundle::plan(store, &config, bundle::at_present(job), steps, emit);
                    });
                }),
                PlanWork::Original(job) => timed("original", job.request.generation(), || {
                    bundle::original(store, &job, emit);
                }),
            }
        });
        self.serve("target", &self.target, |job, store, answers| {
            bundle::target(store, &job, &mut |reply| answers.send(reply));
        });
    }

    /// Starts a thread that does each request of a slot, one after the other.
    fn serve<R: Send + 'static>(
        &self,
        name: &str,
        requests: &Arc<Slot<R>>,
        mut work: impl FnMut(R, &Store, &Answers) + Send + 'static,
    ) {
        let requests = Arc::clone(requests);
        self.spawn(name, move |store, answers| {
            while let Some(request) = requests.take() {
                work(request, store, answers);
            }
        });
    }

    fn spawn(&self, name: &str, work: impl FnOnce(&Store, &Answers) + Send + 'static) {
        let (store, answers) = (Arc::clone(&self.store), self.answers.clone());
        let running = self.running.clone();
        let body = move || {
            let mourner = Mourner(answers.clone());
            work(&store, &answers);
            drop((mourner, answers, store));
            // Last, so that whoever waits finds everything put away.
            drop(running);
        };
        if std::thread::Builder::new().name(name.to_owned()).spawn(body).is_err() {
            self.answers.send(Reply::Broken);
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
            Effect::ReadText { body, viewer, mode } => self.read_text(body, viewer, mode),
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
    fn read_text(&self, body: BodyRequest, viewer: Viewer, mode: DetailMode) {
        self.spawn("text", move |store, answers| {
            answers.send(work::text(store, &body, viewer, mode));
        });
    }

    /// Freeing much takes a while, which no frame has.
    fn let_go(&self, gone: Arc<dyn Any + Send + Sync>) {
        self.spawn("let-go", move |_, _| drop(gone));
    }

    /// A thread of its own: a plan may be in the making meanwhile.
    fn find_in_bundle(&self, request: BundleFindRequest) {
        self.spawn("bundle-find", move |_, answers| {
            timed("bundle-find", request.request.generation(), || {
                bundle::find(&request, &mut |reply| answers.send(reply));
            });
        });
    }

    /// A thread of its own; once it writes it is waited for, since a bundle is written as a whole.
    fn export(&self, target: TargetJob, reviewed: Arc<BundlePlan>) {
        let (config, writes) = (self.config.clone(), Arc::clone(&self.writes));
        self.spawn("export", move |store, answers| {
            let request = target.request.clone();
            timed("export", request.generation(), || {
                steps::told(answers, Task::Write, &request, |steps| {
                    let (job, emit) = ((target, &*reviewed), &mut |reply| answers.send(reply));
                    bundle::export(store, &config, job, steps, || writes.begin(), emit);
                });
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
            &requests.export,
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
        self.writes.close();
        self.running = None;
        // Nothing is ever received: the wait ends with the last thread, or with patience.
        self.ended.recv_timeout(PATIENCE).ok();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::location::{ChosenBy, Location};
    use std::time::Instant;

    fn workers() -> Workers {
        let store = Store::open(Location::demo(ChosenBy::DemoFlag)).unwrap();
        let (to_app, _) = bounded(1);
        Workers::start(Arc::new(store), ConfigDir::none(), Requests::default(), to_app)
    }

    #[test]
    fn the_end_does_not_wait_for_a_thread_that_is_stuck() {
        let workers = workers();
        workers.spawn("stuck", |_, _| {
            loop {
                std::thread::park();
            }
        });
        let begun = Instant::now();
        drop(workers);
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    }

    #[test]
    fn the_end_waits_for_threads_that_can_end_so_that_their_store_is_put_away() {
        let workers = workers();
        let store = Arc::clone(&workers.store);
        drop(workers);
        assert_eq!(Arc::strong_count(&store), 1);
    }
}
