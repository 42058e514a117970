//! Errors for options with invalid values.

use super::builder::Builder;
use crate::error::{Error, Reason};
use crate::web::is_last_event_id;

/// What is wrong with the value of an option: the name of the option, and a message.
pub(super) type Fault = (&'static str, &'static str);

/// What is wrong with a last event ID.
pub(super) fn fault_of_id(id: &str) -> Option<&'static str> {
    (!is_last_event_id(id)).then_some("it has a null, a carriage return or a line feed in it")
}

/// The error for it.
pub(super) fn invalid((option, message): Fault) -> Error {
    Error::fatal(Reason::InvalidOption { option, message: message.into() })
}

impl Builder {
    /// Takes note of what is wrong with the value of an option, if something is. The last value of an option counts.
    pub(super) fn judge(&mut self, option: &'static str, fault: Option<&'static str>) {
        if fault.is_some() || self.extras.is_some() {
            self.change_extras(|extras| {
                extras.faults.retain(|(other, _)| *other != option);
                extras.faults.extend(fault.map(|message| (option, message)));
            });
        }
    }
}
