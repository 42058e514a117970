//! [Web Locks](https://w3c.github.io/web-locks/), which the platform releases when a member is gone, even if it crashed.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;

use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;

use super::promise::Settled;
use super::sys::{self, Granting, LockManager};
use super::url::text;

/// What happens to a lock that was requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It is held from now on.
    Granted,
    /// Another member has stolen it.
    Stolen,
    /// Locks do not work here.
    Refused,
}

/// A lock that is waited for or held. Dropping it ends the wait or releases the lock. Nothing is reported any more.
pub(super) struct Lock {
    state: Rc<LockState>,
    /// Ends the wait.
    controller: Option<AbortController>,
}

#[derive(Default)]
struct LockState {
    is_held: Cell<bool>,
    is_given_up: Cell<bool>,
    /// Resolves the promise that holds the lock.
    give_back: Cell<Option<Function>>,
}

/// The platform's locks. There are none in insecure contexts.
pub(super) fn manager() -> Option<LockManager> {
    let navigator = sys::get(&sys::global().ok()?, "navigator").ok()?;
    let manager = sys::get(&navigator, "locks").ok()?;
    sys::get(&manager, "request").is_ok_and(|method| method.is_function()).then(|| manager.unchecked_into())
}

impl Lock {
    /// Requests a lock. With `steals`, takes it from its holder at once; otherwise waits until it is free.
    pub(super) fn request(
        manager: &LockManager,
        name: &str,
        steals: bool,
        on_change: impl Fn(Change) + 'static,
    ) -> Self {
        let state = Rc::<LockState>::default();
        let on_change = Rc::new(on_change);
        let granting = {
            let (state, on_change) = (Rc::clone(&state), Rc::clone(&on_change));
            Granting::new(move |_| {
                if state.is_given_up.get() {
                    return JsValue::UNDEFINED;
                }
                let held = state.hold();
                on_change(Change::Granted);
                held
            })
        };
        // Stealing does not wait, so it takes no signal.
        let controller = if steals { None } else { AbortController::new().ok() };
        let promise =
            options(steals, controller.as_ref()).and_then(|options| manager.request(name, &options, &granting));
        let outcome = promise.map(|promise| Settled::of(&promise));
        let of_task = Rc::clone(&state);
        spawn_local(async move {
            let outcome = match outcome {
                Ok(settled) => settled.await,
                Err(error) => Err(error),
            };
            drop(granting);
            if outcome.is_err() && !of_task.is_given_up.get() {
                on_change(if of_task.is_held.take() { Change::Stolen } else { Change::Refused });
            }
        });
        Self { state, controller }
    }

    pub(super) fn is_held(&self) -> bool {
        self.state.is_held.get()
    }
}

impl LockState {
    /// The promise that holds the lock: the lock is released when it resolves.
    fn hold(&self) -> JsValue {
        self.is_held.set(true);
        let mut give_back = None;
        let promise = Promise::new(&mut |resolve, _| give_back = Some(resolve));
        self.give_back.set(give_back);
        promise.into()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.state.is_given_up.set(true);
        if let Some(give_back) = self.state.give_back.take() {
            let _ = give_back.call0(&JsValue::UNDEFINED);
        } else if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}

fn options(steals: bool, controller: Option<&AbortController>) -> Result<JsValue, JsValue> {
    let options = Object::new();
    if steals {
        sys::set(&options, "steal", &JsValue::TRUE)?;
    }
    if let Some(controller) = controller {
        sys::set(&options, "signal", &controller.signal())?;
    }
    Ok(options.into())
}

/// A lock that is held by some member.
pub(super) struct Holder {
    pub(super) name: String,
    /// The realm of its holder.
    pub(super) client: String,
}

/// All locks of this origin that are held at the moment.
pub(super) async fn held(manager: &LockManager) -> Result<Vec<Holder>, JsValue> {
    let snapshot = Settled::of(&manager.query()?).await?;
    let held: Array = sys::array_from(&sys::get(&snapshot, "held")?)?;
    Ok(held
        .iter()
        .filter_map(|lock| Some(Holder { name: text(&lock, "name")?, client: text(&lock, "clientId")? }))
        .collect())
}
