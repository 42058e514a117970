//! The channel of a group: a
//! [`BroadcastChannel`](https://html.spec.whatwg.org/multipage/web-messaging.html#broadcasting-to-other-browsing-contexts).

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

use super::sys::{self, BroadcastChannel, Callback};

/// An open channel. Dropping it closes it. Messages that were posted before still arrive.
pub(super) struct Channel {
    channel: BroadcastChannel,
    name: String,
    _on_message: Callback,
}

impl Channel {
    /// Calls `on_message` with each message of another member. Anything else that is posted to the channel is ignored.
    ///
    /// Fails in frames without storage, and where the platform has no such channels.
    pub(super) fn open(name: &str, on_message: impl Fn(Vec<u8>) + 'static) -> Result<Self, JsValue> {
        let channel = BroadcastChannel::open(name)?;
        let on_message = Callback::new(move |event: JsValue| {
            let data = sys::get(&event, "data").and_then(JsCast::dyn_into::<Uint8Array>);
            if let Ok(bytes) = data {
                on_message(bytes.to_vec());
            }
        });
        channel.set_on_broadcast(&on_message)?;
        Ok(Self { channel, name: name.to_string(), _on_message: on_message })
    }

    pub(super) fn post(&self, message: &[u8]) -> Result<(), JsValue> {
        self.channel.broadcast(&Uint8Array::from(message))
    }

    /// Posts from a second channel, so that this one hears it, too: a channel hears what all others post, also in the same realm.
    pub(super) fn post_to_all(&self, message: &[u8]) -> Result<(), JsValue> {
        let other = BroadcastChannel::open(&self.name)?;
        let posted = other.broadcast(&Uint8Array::from(message));
        other.close_broadcast()?;
        posted
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        let _ = self.channel.close_broadcast();
    }
}
