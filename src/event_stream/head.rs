//! An event's type, last event ID and origin. Most events share them with the event before.

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::fmt;

use super::text::empty;

/// The type of an event whose block names none.
pub(super) const MESSAGE: &str = "message";

/// Type, last event ID and origin of an event, borrowed. See the example of [`Versions`].
#[non_exhaustive]
#[derive(Clone, Copy)]
pub struct EventHead<'a> {
    /// The event's type: the value of its last `event` line, or `message` if that is empty or missing.
    pub event_type: &'a str,
    /// The last event ID string as of this event, which an earlier event may have set. Empty if none was.
    pub last_event_id: &'a str,
    /// The origin of the URL that the stream was received from, serialized. Empty if it was not set.
    pub origin: &'a str,
    /// Numbers that tell which of these strings have changed since an earlier event.
    pub versions: Versions,
}

impl fmt::Debug for EventHead<'_> {
    /// With the length of the ID instead of the ID, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventHead")
            .field("event_type", &self.event_type)
            .field("last_event_id_length", &self.last_event_id.len())
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

/// A number for each string of an [`EventHead`]. If two events of one [`Parser`] have the same number, they have the same string. So
/// code that has converted a string need not convert it again.
///
/// ```
/// use wasm_eventsource::event_stream::{Parser, Step};
///
/// let mut parser = Parser::new();
/// let mut stream = &b"event: ping\nid: 7\ndata: a\n\nevent: ping\nid: 8\ndata: b\n\n"[..];
/// let mut heads = Vec::new();
/// while let Some(step) = parser.advance(&mut stream)? {
///     if let Step::Event(event) = step {
///         assert_eq!(event.head().event_type, "ping");
///         heads.push(event.head().versions);
///     }
/// }
/// assert_eq!(heads[0].event_type, heads[1].event_type);
/// assert_ne!(heads[0].last_event_id, heads[1].last_event_id);
/// # Ok::<(), wasm_eventsource::event_stream::EventTooLarge>(())
/// ```
///
/// [`Parser`]: super::Parser
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    /// Of the event's type.
    pub event_type: u32,
    /// Of the last event ID string.
    pub last_event_id: u32,
    /// Of the origin.
    pub origin: u32,
}

/// The strings of the last event. The next event has the same ID and origin, unless its block says otherwise.
#[derive(Debug)]
pub(super) struct Head {
    event_type: String,
    /// The last event ID string.
    last_event_id: String,
    origin: String,
    versions: Versions,
    /// The type is `message`. Then a block without a type changes nothing.
    is_message: bool,
    /// The strings that owned events share, and their versions.
    shared: SharedHead,
    shared_versions: Versions,
    /// A buffer for putting these strings together.
    together: String,
}

impl Head {
    pub(super) fn new() -> Self {
        let versions = Versions { event_type: 0, last_event_id: 0, origin: 0 };
        Self {
            event_type: MESSAGE.to_string(),
            last_event_id: String::new(),
            origin: String::new(),
            versions,
            is_message: true,
            shared: SharedHead::MESSAGE,
            shared_versions: versions,
            together: String::new(),
        }
    }

    pub(super) fn view(&self) -> EventHead<'_> {
        let Self { event_type, last_event_id, origin, versions, .. } = self;
        EventHead { event_type, last_event_id, origin, versions: *versions }
    }

    pub(super) fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// Sets the event's type to the event type buffer, or to `message` if that is empty.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn set_event_type(&mut self, buffer: &str) {
        if !self.is_message || !buffer.is_empty() {
            self.set_other_type(buffer);
        }
    }

    fn set_other_type(&mut self, buffer: &str) {
        let event_type = if buffer.is_empty() { MESSAGE } else { buffer };
        set(&mut self.event_type, event_type, &mut self.versions.event_type);
        self.is_message = event_type == MESSAGE;
    }

    pub(super) fn set_last_event_id(&mut self, id: &str) {
        set(&mut self.last_event_id, id, &mut self.versions.last_event_id);
    }

    pub(super) fn set_origin(&mut self, origin: &str) {
        set(&mut self.origin, origin, &mut self.versions.origin);
    }

    /// The strings for an owned event. Events with the same strings share them.
    pub(super) fn share(&mut self) -> SharedHead {
        if self.shared_versions != self.versions {
            self.shared = self.put_together();
            self.shared_versions = self.versions;
        }
        self.shared.clone()
    }

    fn put_together(&mut self) -> SharedHead {
        if self.is_message && self.last_event_id.is_empty() && self.origin.is_empty() {
            return SharedHead::MESSAGE;
        }
        for part in [&self.event_type, &self.last_event_id, &self.origin] {
            self.together.push_str(part);
        }
        let type_end = self.event_type.len();
        let id_end = type_end + self.last_event_id.len();
        let text = Some(Arc::from(self.together.as_str()));
        empty(&mut self.together);
        SharedHead { text, type_end, id_end }
    }
}

/// Replaces a string. Servers often repeat one; then nothing changes.
fn set(known: &mut String, new: &str, version: &mut u32) {
    if known != new {
        empty(known);
        known.push_str(new);
        *version = version.wrapping_add(1);
    }
}

/// Three strings in one allocation. `message` with nothing else needs no allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SharedHead {
    /// None if the type is `message` and the others are empty.
    text: Option<Arc<str>>,
    type_end: usize,
    id_end: usize,
}

impl SharedHead {
    /// `message` with nothing else.
    const MESSAGE: Self = Self { text: None, type_end: 0, id_end: 0 };

    /// The head of an event that was not received.
    pub(super) fn of(event_type: &str, last_event_id: &str, origin: &str) -> Self {
        let mut head = Head::new();
        head.set_event_type(event_type);
        head.set_last_event_id(last_event_id);
        head.set_origin(origin);
        head.put_together()
    }

    pub(super) fn event_type(&self) -> &str {
        self.text.as_deref().map_or(MESSAGE, |text| text.get(..self.type_end).unwrap_or_default())
    }

    pub(super) fn last_event_id(&self) -> &str {
        self.text.as_deref().map_or("", |text| text.get(self.type_end..self.id_end).unwrap_or_default())
    }

    pub(super) fn origin(&self) -> &str {
        self.text.as_deref().map_or("", |text| text.get(self.id_end..).unwrap_or_default())
    }
}
