//! The locks of an origin, as far as a group needs them.

use std::collections::VecDeque;

use wasm_eventsource::sharing::MemberId;

/// Who has the leader's lock or waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim {
    /// None is somebody who is no member.
    pub(crate) source: Option<usize>,
    /// Which of its requests.
    pub(crate) request: u64,
}

/// Somebody is told of the leader's lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    Granted(Claim),
    Stolen(Claim),
}

/// The lock manager.
#[derive(Debug, Default)]
pub(crate) struct Locks {
    pub(crate) holder: Option<Claim>,
    queue: VecDeque<Claim>,
    members: Vec<(usize, MemberId)>,
}

impl Locks {
    pub(crate) fn request(&mut self, claim: Claim) -> Vec<Notice> {
        self.queue.push_back(claim);
        self.grant()
    }

    pub(crate) fn steal(&mut self, claim: Claim) -> Vec<Notice> {
        let stolen = self.holder.replace(claim).map(Notice::Stolen);
        stolen.into_iter().chain([Notice::Granted(claim)]).collect()
    }

    /// Gives back the lock, or the place in the queue.
    pub(crate) fn release(&mut self, claim: Claim) -> Vec<Notice> {
        self.queue.retain(|waiting| *waiting != claim);
        if self.holder == Some(claim) {
            self.holder = None;
        }
        self.grant()
    }

    fn grant(&mut self) -> Vec<Notice> {
        if self.holder.is_some() {
            return Vec::new();
        }
        self.holder = self.queue.pop_front();
        self.holder.map(Notice::Granted).into_iter().collect()
    }

    pub(crate) fn enroll(&mut self, source: usize, id: MemberId) {
        self.members.push((source, id));
    }

    pub(crate) fn strike(&mut self, source: usize) {
        self.members.retain(|(own, _)| *own != source);
    }

    pub(crate) fn members(&self) -> Vec<MemberId> {
        self.members.iter().map(|(_, id)| *id).collect()
    }

    /// Its agent is gone.
    pub(crate) fn forget(&mut self, source: usize) -> Vec<Notice> {
        self.strike(source);
        self.queue.retain(|waiting| waiting.source != Some(source));
        if self.holder.is_some_and(|holder| holder.source == Some(source)) {
            self.holder = None;
        }
        self.grant()
    }
}
