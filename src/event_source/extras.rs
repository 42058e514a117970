//! [`Extras`]: options that few programs use, and their code.
//!
//! [`Builder`] and [`Hub`] know them only behind a trait. So a program without such an option contains nothing of their code.

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::Cell;
use core::task::Context;

use super::builder::Builder;
use super::driver::Driver;
use super::ending::Until;
use super::faults::{Fault, invalid};
use super::hub::Hub;
use super::resumption::Resuming;
use crate::engine::Incomplete;
use crate::error::Error;
use crate::event_stream::Event;
use crate::web::Notice;

/// Adds a token to the requests of one source.
pub(super) type AddToken = dyn Fn(&mut Builder);

/// Puts a request that can change into the options of one source, and returns what changes it.
pub(super) type Resume = dyn Fn(&mut Builder) -> Rc<dyn Resuming>;

/// The options.
#[derive(Clone, Default)]
pub(super) struct Extras {
    pub(super) until: Option<Rc<Until>>,
    pub(super) incomplete: Incomplete,
    pub(super) bearer: Option<Rc<AddToken>>,
    pub(super) resume: Option<Rc<Resume>>,
    /// What is wrong with the values of options. Each option judges its value when it is set.
    pub(super) faults: Vec<Fault>,
}

/// The options, as a builder knows them.
pub(super) trait ForEachSource {
    fn extras(&self) -> &Extras;

    /// Changes the other options, for one source. The builder gets these options back.
    fn prepare(self: Rc<Self>, builder: &mut Builder) -> Result<Rc<dyn Between>, Error>;
}

impl ForEachSource for Extras {
    fn extras(&self) -> &Extras {
        self
    }

    fn prepare(self: Rc<Self>, builder: &mut Builder) -> Result<Rc<dyn Between>, Error> {
        if let Some(fault) = self.faults.first() {
            return Err(invalid(*fault));
        }
        if let Some(bearer) = &self.bearer {
            bearer(builder);
        }
        // It looks at the request, so it comes last.
        let resumption = self.resume.as_ref().map(|resume| resume(builder));
        let (until, incomplete) = (self.until.clone(), self.incomplete);
        builder.extras = Some(self);
        Ok(Rc::new(AtWork { until, incomplete, has_begun: Cell::default(), resumption }))
    }
}

/// Stands between a source and its driver.
pub(super) trait Between {
    /// The next notice of the driver.
    fn next(&self, driver: &Driver, context: &Context<'_>) -> Option<Notice>;

    /// The driver's event, if anybody takes its type.
    fn take_event(&self, hub: &Hub) -> Option<Event>;

    /// The source is closed, or connects anew.
    fn forget(&self);

    /// Whether it decides about each request.
    fn resumes(&self) -> bool;
}

struct AtWork {
    until: Option<Rc<Until>>,
    incomplete: Incomplete,
    has_begun: Cell<bool>,
    resumption: Option<Rc<dyn Resuming>>,
}

impl Between for AtWork {
    fn next(&self, driver: &Driver, context: &Context<'_>) -> Option<Notice> {
        // Nothing is read before the first notice is taken.
        if !self.has_begun.replace(true) {
            driver.set_ending(self.incomplete, self.until.is_some());
        }
        match &self.resumption {
            Some(resumption) => resumption.next(driver, context),
            None => driver.next(),
        }
    }

    fn take_event(&self, hub: &Hub) -> Option<Event> {
        match &self.until {
            Some(until) => until(hub),
            None => hub.take_any_event(),
        }
    }

    fn forget(&self) {
        if let Some(resumption) = &self.resumption {
            resumption.forget();
        }
    }

    fn resumes(&self) -> bool {
        self.resumption.is_some()
    }
}

impl Builder {
    /// Changes the options that few programs use.
    pub(super) fn change_extras(&mut self, change: impl FnOnce(&mut Extras)) {
        let mut extras = self.extras.as_ref().map(|extras| extras.extras().clone()).unwrap_or_default();
        change(&mut extras);
        self.extras = Some(Rc::new(extras));
    }
}
