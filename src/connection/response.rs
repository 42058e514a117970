//! Which responses announce a connection.

use super::mime;
use crate::error::Reason;
use crate::time::Duration;

/// The parts of a response that decide whether it announces the connection: [`check`](ResponseHead::check) judges them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResponseHead<'a> {
    /// The status code.
    pub status: u16,
    /// The value of `Content-Type`. Several values are joined by `, `, as Fetch does. `None` if there is none.
    pub content_type: Option<&'a str>,
    /// The time that `Retry-After` asks for, from now on. `None` if it is missing or malformed.
    pub retry_after: Option<Duration>,
}

impl ResponseHead<'_> {
    /// "If res's status is not 200, or if res's `Content-Type` is not `text/event-stream`, then fail the connection.
    /// Otherwise, announce the connection."
    ///
    /// Only the essence of the type is compared, as defined by WHATWG MIME. Parameters do not matter, and neither does `charset`: the
    /// stream is always UTF-8.
    ///
    /// # Errors
    /// [`Reason::Status`] or [`Reason::ContentType`].
    ///
    /// ```
    /// use wasm_eventsource::Reason;
    /// use wasm_eventsource::connection::ResponseHead;
    ///
    /// let head = |status, content_type| ResponseHead { status, content_type, retry_after: None }.check();
    /// assert_eq!(head(200, Some("text/event-stream; charset=utf-8")), Ok(()));
    /// assert_eq!(head(204, None), Err(Reason::Status { status: 204 }));
    /// assert_eq!(head(200, None), Err(Reason::ContentType { content_type: String::new() }));
    /// ```
    pub fn check(&self) -> Result<(), Reason> {
        if self.status != 200 {
            return Err(Reason::Status { status: self.status });
        }
        let content_type = self.content_type.unwrap_or_default();
        match mime::essence(content_type) {
            Some(essence) if essence.eq_ignore_ascii_case(b"text/event-stream") => Ok(()),
            _ => Err(Reason::ContentType { content_type: content_type.into() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    fn check(status: u16, content_type: Option<&str>) -> Result<(), Reason> {
        ResponseHead { status, content_type, ..ResponseHead::default() }.check()
    }

    #[test]
    fn status_200_with_an_event_stream_announces() {
        for accepted in [
            "text/event-stream",
            "TEXT/Event-Stream",
            " text/event-stream\t",
            "text/event-stream;charset=utf-8",
            "text/event-stream ; charset=windows-1251",
            "text/event-stream;",
            "text/event-stream;a=\",\"",
            "text/plain, text/event-stream",
            "text/event-stream, */*",
            "text/event-stream, nonsense",
        ] {
            assert_eq!(check(200, Some(accepted)), Ok(()), "{accepted}");
        }
    }

    #[test]
    fn any_other_type_is_refused() {
        for refused in [
            "",
            "text/event-streamfoo",
            "text/event-stream-",
            "text/event stream",
            "xtext/event-stream",
            "text/plain",
            "application/event-stream",
            "text / event-stream",
            "text/event-stream, text/html",
            "text/html; a=\", text/event-stream\"",
            "text/html; a=\", text/event-stream;\"",
            "text/html; a=\"\\\", text/event-stream;b=\\\"\"",
            "text/html; a=\\\", text/event-stream",
        ] {
            let content_type = refused.into();
            assert_eq!(check(200, Some(refused)), Err(Reason::ContentType { content_type }), "{refused}");
        }
        assert_eq!(check(200, None), Err(Reason::ContentType { content_type: "".into() }));
    }

    #[test]
    fn what_is_no_type_does_not_take_the_place_of_one_before() {
        for byte in (0..=0x7F).filter(|byte| !b"\t\n\r \",;/".contains(byte)) {
            let byte = char::from(byte);
            let is_token = byte.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(byte);
            for other in [format!("{byte}/b"), format!("a{byte}/b"), format!("a/{byte}b")] {
                let value = format!("text/event-stream, {other}");
                // `*/*` is not counted either.
                let counts = is_token && other != "*/*";
                assert_eq!(check(200, Some(&value)).is_err(), counts, "{value}");
            }
        }
        for no_type in ["a b/c", "/b", "a/", "/", "a", "a/b/c", ""] {
            assert_eq!(check(200, Some(&format!("text/event-stream, {no_type}"))), Ok(()), "{no_type}");
        }
    }

    #[test]
    fn every_other_status_is_refused_whatever_the_type() {
        for status in (100..=599).filter(|status| *status != 200) {
            assert_eq!(check(status, Some("text/event-stream")), Err(Reason::Status { status }));
        }
    }
}
