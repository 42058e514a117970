//! What the platform has for sharing: looked at, and taken away.

use gloo_timers::future::TimeoutFuture;
use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/tests/support/platform.js")]
extern "C" {
    #[wasm_bindgen(js_name = locks)]
    async fn js_locks() -> JsValue;

    #[wasm_bindgen(js_name = steal)]
    async fn js_steal() -> JsValue;

    /// Posts what is no message to the channel of each group.
    #[wasm_bindgen(js_name = postNonsense)]
    pub(super) async fn post_nonsense();

    #[wasm_bindgen(js_name = hideLocks)]
    fn hide_locks(hides: bool);

    #[wasm_bindgen(js_name = refuseLocks)]
    fn refuse_locks(refuses: bool);

    #[wasm_bindgen(js_name = refuseChannels)]
    fn refuse_channels(refuses: bool);
}

/// Waits until no lock of a group is held or waited for in this origin.
pub(super) async fn until_no_locks() {
    let mut locks = JsValue::UNDEFINED;
    for _ in 0..500 {
        locks = js_locks().await;
        if locks == 0 {
            return;
        }
        TimeoutFuture::new(10).await;
    }
    panic!("there are locks left: {locks:?}");
}

/// The lead, taken away from whoever has it. It is given back when this is dropped.
pub(super) struct Stolen(Function);

pub(super) async fn steal() -> Stolen {
    Stolen(js_steal().await.into())
}

impl Drop for Stolen {
    fn drop(&mut self) {
        self.0.call0(&JsValue::UNDEFINED).expect("it is given back");
    }
}

/// What the page does not have until this is dropped.
#[derive(Clone, Copy)]
pub(super) enum Missing {
    /// As in an insecure context.
    Locks,
    /// They are there, and refuse.
    GrantedLocks,
    /// As in a frame of another site.
    Channels,
}

impl Missing {
    pub(super) fn take_away(self) -> TakenAway {
        self.set(true);
        TakenAway(self)
    }

    fn set(self, is_missing: bool) {
        match self {
            Self::Locks => hide_locks(is_missing),
            Self::GrantedLocks => refuse_locks(is_missing),
            Self::Channels => refuse_channels(is_missing),
        }
    }
}

pub(super) struct TakenAway(Missing);

impl Drop for TakenAway {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
