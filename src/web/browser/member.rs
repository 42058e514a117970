//! A source that shares its connection: performs the work of a [`SharedEngine`].
//!
//! Work is done whenever something arrives, even if nobody polls the source, because other members wait for it.

use alloc::boxed::Box;
use alloc::format;
use alloc::rc::{Rc, Weak};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell, RefMut};
use core::ops::ControlFlow;

use wasm_bindgen_futures::spawn_local;

use super::channel::Channel;
use super::driver::{self, Driver, OnReady, Source};
use super::exchange::{Exchange, Transport, Which};
use super::locks::{self, Change, Lock};
use super::page_events::{self, FreezeListener, PageEvent, PageListener};
use super::received::Received;
use super::sys::LockManager;
use super::timer::{Alarm, WebClock};
use crate::engine::{Action, Engine, Signal, Verify};
use crate::error::{Error, Reason};
use crate::sharing::{Arbiter, MemberId, Role, Settings, SharedEngine, Work, group_name};
use crate::web::notice::Notice;
use crate::web::options::Options;

impl Transport for SharedEngine {
    fn receive(&mut self, signal: Signal<'_>) {
        self.receive(signal);
    }

    fn receive_for_candidate(&mut self, signal: Signal<'_>) {
        self.receive_for_candidate(signal);
    }

    fn awaits_candidate(&self) -> bool {
        self.awaits_candidate()
    }

    fn receive_chunk(&mut self, length: usize) -> Option<&mut [u8]> {
        self.receive_chunk(length)
    }

    fn set_origin(&mut self, origin: &str) {
        self.set_origin(origin);
    }

    fn expect_futile(&mut self, reason: Reason) {
        self.expect_futile(reason);
    }

    /// The ID is that of all members.
    fn set_last_event_id(&mut self, _id: &str) {}
}

/// The state that the tasks and callbacks of a member share. They have weak references to it. It is dropped with the driver or, if
/// it lingers, later.
pub(super) struct Member {
    own: Weak<Self>,
    group: String,
    id: MemberId,
    exchange: Exchange,
    /// The origin of the source's URL.
    origin: String,
    engine: RefCell<SharedEngine>,
    alarm: Alarm,
    channel: RefCell<Option<Rc<Channel>>>,
    manager: Option<LockManager>,
    /// The lock that shows others that this member is alive.
    presence: RefCell<Option<Lock>>,
    lead: RefCell<Option<Lock>>,
    on_ready: OnReady,
    /// The document is in the back/forward cache, or on its way there.
    is_away: Cell<bool>,
    is_frozen: Cell<bool>,
    is_working: Cell<bool>,
    /// A task that works is under way.
    is_due: Cell<bool>,
    is_closed: Cell<bool>,
    /// A reference to itself while it lingers, when the driver is gone.
    lingering: Cell<Option<Rc<Self>>>,
    _listeners: (PageListener, FreezeListener),
}

impl Member {
    /// Joins the group.
    pub(super) fn open(
        (exchange, origin): (Exchange, String),
        mut settings: Settings,
        credentials: &str,
        parts: &[&str],
        on_ready: OnReady,
    ) -> Rc<Self> {
        let manager = locks::manager();
        settings.id = random_id();
        settings.arbiter = if manager.is_some() { Arbiter::Locks } else { Arbiter::Members };
        settings.is_visible = !page_events::is_hidden();
        let member = Rc::new_cyclic(|own: &Weak<Self>| {
            let (heard, frozen) = (own.clone(), own.clone());
            let listener = PageListener::new(move |event| with(&heard, |member| member.hear(event)));
            let freezing = FreezeListener::new(move || with(&frozen, Self::freeze));
            let of_all = ["rust", exchange.url(), credentials, &settings.last_event_id];
            let group = group_name(&of_all.iter().chain(parts).copied().collect::<Vec<_>>());
            Self {
                own: own.clone(),
                group,
                id: settings.id,
                exchange,
                origin,
                engine: RefCell::new(SharedEngine::new(settings)),
                alarm: Alarm::default(),
                channel: RefCell::default(),
                manager,
                presence: RefCell::default(),
                lead: RefCell::default(),
                on_ready,
                is_away: Cell::default(),
                is_frozen: Cell::default(),
                is_working: Cell::default(),
                is_due: Cell::default(),
                is_closed: Cell::default(),
                lingering: Cell::default(),
                _listeners: (listener, freezing),
            }
        });
        if member.is_out_of_sight() {
            member.shared().suspend();
        }
        member.work();
        member
    }

    /// Not to be borrowed while JavaScript is called.
    fn shared(&self) -> RefMut<'_, SharedEngine> {
        self.engine.borrow_mut()
    }

    /// Does the work that there is. Wakes the face if there is something for it.
    fn go_on(&self) {
        self.work();
        let has_news = self.shared().has_news();
        if has_news {
            (self.on_ready)();
        }
    }

    /// The same, in a task of its own.
    fn go_on_soon(&self) {
        if !self.is_due.replace(true) {
            let weak = self.own.clone();
            spawn_local(async move {
                with(&weak, |member| {
                    member.is_due.set(false);
                    member.go_on();
                });
            });
        }
    }

    /// Does the work that there is. Code of the page that this calls may add more.
    fn work(&self) {
        if self.is_working.replace(true) {
            return;
        }
        loop {
            let work = self.shared().next_work(&WebClock);
            match work {
                Work::Wait { until } => {
                    let weak = self.own.clone();
                    self.alarm.set(until, move || {
                        with(&weak, |member| {
                            // The timer has fired. If it was early, the engine names the time again.
                            member.alarm.clear();
                            member.go_on();
                        });
                    });
                    break;
                }
                Work::Nothing => {
                    self.alarm.clear();
                    break;
                }
                work => self.perform_work(work),
            }
        }
        self.is_working.set(false);
        if self.is_closed.get() {
            let lingers = !self.shared().is_over() && !self.is_out_of_sight();
            drop(self.lingering.replace(if lingers { self.own.upgrade() } else { None }));
        }
    }

    fn perform_work(&self, work: Work) {
        match work {
            Work::Request => {
                let id = self.shared().request_id().to_string();
                // The response's origin may not be known.
                self.shared().set_origin(&self.origin);
                self.exchange.send(&id, &self.engine, self.receiver(Which::default()));
            }
            Work::RequestCandidate => {
                let id = self.shared().request_id().to_string();
                let which = Which::candidate();
                self.exchange.send_candidate(&id, which.clone(), self.receiver(which));
            }
            Work::LetGoOfCandidate => self.exchange.let_go_of_candidate(),
            Work::Replace => self.exchange.replace(),
            Work::Probe => self.exchange.probe(self.receiver(Which::default())),
            Work::Read => self.exchange.read(&self.engine),
            Work::LetGo => self.exchange.leave(),
            Work::Join => self.join(),
            Work::Post => self.post(Channel::post),
            Work::PostToAll => self.post(Channel::post_to_all),
            Work::Lead => self.ask_to_lead(false),
            Work::Steal => self.ask_to_lead(true),
            Work::Resign => drop(self.lead.take()),
            Work::CallRoll => self.call_roll(),
            Work::Leave => {
                drop(self.lead.take());
                drop(self.presence.take());
                drop(self.channel.take());
            }
            Work::Wait { .. } | Work::Nothing => {}
        }
    }

    fn receiver(&self, which: Which) -> Box<dyn Fn(Received)> {
        let weak = self.own.clone();
        Box::new(move |received| {
            with(&weak, |member| {
                member.exchange.note(received, &which, &member.engine);
                member.go_on();
            });
        })
    }

    fn join(&self) {
        let weak = self.own.clone();
        let opened = Channel::open(&self.group, move |message| {
            with(&weak, |member| {
                member.shared().hear(&message, &WebClock);
                member.go_on();
            });
        });
        match (opened, &self.manager) {
            (Err(_), _) => self.shared().unavailable(&WebClock),
            (Ok(channel), None) => {
                self.channel.replace(Some(Rc::new(channel)));
                self.shared().joined(&WebClock);
            }
            (Ok(channel), Some(_)) => {
                self.channel.replace(Some(Rc::new(channel)));
                let lock = self.lock(&self.presence_name(self.id), false, |engine| engine.joined(&WebClock));
                drop(self.presence.replace(lock));
            }
        }
    }

    fn post(&self, post: fn(&Channel, &[u8]) -> Result<(), wasm_bindgen::JsValue>) {
        let channel = self.channel.borrow().clone();
        let posted = channel.map(|channel| {
            let message = self.shared().message().to_vec();
            post(&channel, &message)
        });
        if let Some(Err(_)) = posted {
            self.shared().unavailable(&WebClock);
        }
    }

    fn ask_to_lead(&self, steals: bool) {
        drop(self.lead.take());
        let lock = self.lock(&self.lead_name(), steals, |engine| engine.granted(&WebClock));
        drop(self.lead.replace(lock));
    }

    /// Requests a lock, and tells the engine when it is granted. Only the lock of a leader is ever stolen.
    fn lock(&self, name: &str, steals: bool, granted: fn(&mut SharedEngine)) -> Option<Lock> {
        let weak = self.own.clone();
        Some(Lock::request(self.manager.as_ref()?, name, steals, move |change| {
            with(&weak, |member| {
                match change {
                    Change::Granted => granted(&mut member.shared()),
                    Change::Stolen => member.shared().deposed(&WebClock),
                    Change::Refused => member.shared().unavailable(&WebClock),
                }
                member.go_on();
            });
        }))
    }

    fn lead_name(&self) -> String {
        format!("{}/leader", self.group)
    }

    fn presence_name(&self, id: MemberId) -> String {
        format!("{}/member/{id}", self.group)
    }

    fn call_roll(&self) {
        let Some(manager) = self.manager.clone() else { return };
        let weak = self.own.clone();
        spawn_local(async move {
            let held = locks::held(&manager).await;
            with(&weak, |member| {
                match held {
                    Ok(held) => member.note_roll(&held),
                    Err(_) => member.shared().unavailable(&WebClock),
                }
                member.go_on();
            });
        });
    }

    fn note_roll(&self, held: &[locks::Holder]) {
        let client_of = |name: &str| held.iter().find(|holder| holder.name == name).map(|holder| &holder.client);
        let prefix = format!("{}/member/", self.group);
        let ids = held.iter().filter_map(|holder| holder.name.strip_prefix(&prefix)?.parse().ok());
        let ids: Vec<MemberId> = ids.collect();
        // Another source of the same realm may have taken it: then this one's lock is stolen.
        let is_mine = self.lead.borrow().as_ref().is_some_and(Lock::is_held);
        let leader = client_of(&self.lead_name());
        let leads = is_mine && leader.is_some() && leader == client_of(&self.presence_name(self.id));
        self.shared().rolled(&ids, leads, &WebClock);
    }

    /// Whether the document is in the back/forward cache, or is hidden and the source wants no connection meanwhile.
    fn is_out_of_sight(&self) -> bool {
        self.is_away.get() || self.is_frozen.get() || self.exchange.is_out_of_sight()
    }

    /// At once, because no other task may run before the document is frozen.
    fn suspend_or_resume(&self) {
        if self.is_out_of_sight() {
            self.shared().suspend();
        } else {
            self.shared().resume();
        }
    }

    fn freeze(&self) {
        self.is_frozen.set(true);
        self.suspend_or_resume();
        self.go_on();
    }

    /// Reacts to an event of the page. A page that gets one is not frozen.
    fn hear(&self, event: &PageEvent) {
        self.is_frozen.set(false);
        match event {
            PageEvent::PageHidden | PageEvent::PageShown => {
                self.is_away.set(matches!(event, PageEvent::PageHidden));
                self.suspend_or_resume();
            }
            PageEvent::Awake => {
                let is_visible = !page_events::is_hidden();
                self.shared().set_visible(is_visible);
                if is_visible && !self.is_out_of_sight() {
                    self.shared().come_back();
                } else {
                    self.suspend_or_resume();
                }
            }
            PageEvent::Online => self.shared().online(),
            PageEvent::Blocked(url) if self.exchange.is_meant(url) => self.shared().expect_futile(Reason::Blocked),
            PageEvent::Blocked(_) => {}
        }
        self.go_on();
    }
}

impl Source for Member {
    fn engine(&self) -> RefMut<'_, Engine> {
        RefMut::map(self.engine.borrow_mut(), SharedEngine::face_mut)
    }

    fn url(&self) -> &str {
        self.exchange.url()
    }

    fn perform(&self) -> ControlFlow<Option<Notice>> {
        let action = self.shared().next_action(&WebClock);
        if matches!(action, Action::Fail { .. }) {
            // The group goes on without this member.
            self.close();
        }
        // Other members may have waited for this one to take events.
        self.go_on_soon();
        ControlFlow::Break(Notice::of(action))
    }

    fn on_ready(&self) {
        (self.on_ready)();
    }

    fn reconnect(&self) {
        self.shared().reconnect(&WebClock);
        self.go_on_soon();
    }

    /// A shared request has one URL.
    fn go_to(&self, _url: String) {}

    fn verify(&self, how: Verify) -> bool {
        let is_possible = self.shared().verify(how);
        self.go_on_soon();
        is_possible
    }

    fn close(&self) {
        if !self.is_closed.replace(true) {
            self.shared().close(&WebClock);
            self.work();
        }
    }

    fn role(&self) -> Option<Role> {
        Some(self.shared().role())
    }
}

impl Driver {
    /// The same, with the connection of a group. A group is all sources with the same URL, the same credentials mode, the same
    /// [last event ID](Settings::last_event_id) and the same `parts`. `parts` is everything else that makes two requests the same.
    /// Without a channel to the others, the source has a connection of its own.
    ///
    /// This function sets the member's number, arbiter and visibility itself, and ignores those of `settings`.
    ///
    /// A leader reads on for the others even if its own face takes no notices, until that is 1 MiB behind.
    ///
    /// # Errors
    /// [`Reason::InvalidUrl`](crate::Reason::InvalidUrl) if the URL cannot be parsed.
    pub fn shared(
        url: &str,
        options: Options,
        settings: Settings,
        parts: &[&str],
        on_ready: impl Fn() + 'static,
    ) -> Result<Self, Error> {
        let credentials = if options.with_credentials { "include" } else { "same-origin" };
        let exchange = driver::exchange(url, options)?;
        Ok(Self { source: Member::open(exchange, settings, credentials, parts, Box::new(on_ready)) })
    }

    /// The role of the source in its group. `None` if it was not [made](Driver::shared) to share.
    pub fn role(&self) -> Option<Role> {
        self.source.role()
    }
}

/// Calls a function with the member, if it still exists.
fn with(member: &Weak<Member>, work: impl FnOnce(&Member)) {
    if let Some(member) = member.upgrade() {
        work(&member);
    }
}

/// A random number that is not zero. No two members get the same.
fn random_id() -> MemberId {
    let half = || (js_sys::Math::random() * 4_294_967_296.0) as u64;
    (half() << 32 | half()).max(1)
}
