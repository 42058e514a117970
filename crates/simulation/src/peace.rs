//! What has to be true when nothing goes wrong for a while.

use wasm_eventsource::connection::{ReadyState, Timestamp};
use wasm_eventsource::sharing::Role;

use crate::scenario::{Ids, Platform};
use crate::world::{World, ms};

/// How soon all has to be well again, in seconds.
const PATIENCE: u64 = 100;

/// The server's last events may be on their way for so long, in milliseconds.
const ON_ITS_WAY: u64 = 1_500;

impl World {
    /// Ends all faults, and waits until all is well.
    pub(crate) fn make_peace(&mut self) -> Result<(), String> {
        self.note(|| "*** peace".into());
        let begin = self.now;
        let forever = begin + ms(500_000);
        self.server.is_down = false;
        self.extra_delay.0 = Timestamp::ZERO;
        for tab in 0..self.tabs.len() {
            if self.tabs[tab].frozen_until < forever {
                self.tabs[tab].frozen_until = self.tabs[tab].frozen_until.min(self.now);
            }
            self.tabs[tab].busy_until = self.tabs[tab].busy_until.min(self.now);
            self.tabs[tab].hidden_until = self.tabs[tab].hidden_until.min(self.now);
            self.thaw(tab);
            self.show(tab);
            self.wake(tab);
        }
        for source in self.present() {
            self.sources[source].stalled_until = Timestamp::ZERO;
            self.sources[source].step = std::time::Duration::ZERO;
            if self.is_awake(self.sources[source].tab) {
                self.pump(source);
            }
        }
        // What is on its way comes, and a roll is called to its end.
        self.run_until(self.now + ms(if self.scenario.setting.is_large { 20_000 } else { 6_000 }))?;
        loop {
            self.run_until(self.now + ms(1_000))?;
            match self.complaint() {
                None => break,
                Some(what) if self.now >= begin + ms(1_000 * PATIENCE) => return Err(what),
                Some(_) => {}
            }
        }
        self.tally.longest = self.tally.longest.max(self.now - begin);
        // It stays well.
        for _ in 0..10 {
            self.run_until(self.now + ms(1_000))?;
            if let Some(what) = self.complaint() {
                return Err(format!("all was well, and then: {what}"));
            }
        }
        Ok(())
    }

    /// What is not as it should be.
    fn complaint(&self) -> Option<String> {
        let awake: Vec<usize> =
            self.present().into_iter().filter(|source| self.is_awake(self.sources[*source].tab)).collect();
        if self.server.has_ended {
            let open = awake.first()?;
            return Some(format!("the server has ended the stream, and source {open} does not know"));
        }
        let role = |role: Role| awake.iter().filter(|source| self.sources[**source].engine.role() == role).count();
        let (leaders, alone, members) = (role(Role::Leader), role(Role::Alone), role(Role::Member));
        // Neither those of frozen tabs count, nor those that linger.
        let counts = |source: usize| {
            let tab = self.sources[source].tab;
            self.tabs[tab].is_gone || self.is_awake(tab) && !self.sources[source].is_closed
        };
        let connections =
            self.server.exchanges.iter().filter(|exchange| exchange.is_open && counts(exchange.source)).count();
        let groups = usize::from(leaders + members > 0);
        if leaders != groups {
            return Some(format!("there are {leaders} leaders, {members} members, and {alone} alone"));
        }
        if connections != groups + alone {
            return Some(format!("{connections} connections for {groups} group and {alone} alone"));
        }
        // Much at once takes longer.
        let on_its_way = ms(if self.scenario.setting.is_large { 20_000 } else { ON_ITS_WAY });
        for source in awake {
            let own = &self.sources[source];
            if own.engine.role() == Role::Alone && !own.has_excuse && self.scenario.setting.platform == Platform::Locks
            {
                return Some(format!("source {source} is alone without a reason"));
            }
            if own.engine.ready_state() != ReadyState::Open {
                return Some(format!("source {source} is {:?}", own.engine.ready_state()));
            }
            if own.engine.held_bytes() > crate::world::MOST_HELD {
                return Some(format!("source {source} holds {} bytes", own.engine.held_bytes()));
            }
            // Without an ID, a server does not send what was missed.
            let missed = match own.witness.opened_at {
                Some(at) if self.server.ids() != Ids::Every => self.server.produced_until(at),
                _ => 0,
            };
            let is_behind = own.witness.got.max(missed) < self.server.produced_until(self.now - on_its_way);
            if is_behind {
                return Some(format!("source {source} has {} of {} events", own.witness.got, self.server.produced));
            }
        }
        None
    }

    /// Closes one source after another. The last one lets go of the connection.
    pub(crate) fn close_all(&mut self) -> Result<(), String> {
        self.note(|| "*** the end".into());
        for tab in 0..self.tabs.len() {
            self.tabs[tab].frozen_until = self.tabs[tab].frozen_until.min(self.now);
            self.thaw(tab);
        }
        self.run_until(self.now + ms(60_000))?;
        let role = |source: &usize| self.sources[*source].engine.role() == Role::Alone;
        self.tally.alone = self.present().iter().filter(|source| role(source)).count() as u64;
        for source in self.present() {
            let pause = ms(self.rng.u64(..500));
            self.run_until(self.now + pause)?;
            self.close(source);
        }
        self.run_until(self.now + ms(self.scenario.setting.linger + 2_000))?;
        let open = self.server.exchanges.iter().filter(|exchange| exchange.is_open).count();
        let left = (0..self.sources.len())
            .find(|source| !self.tabs[self.sources[*source].tab].is_gone && !self.sources[*source].engine.is_over());
        match left {
            _ if open > 0 => Err(format!("all sources are closed, and {open} connections are open")),
            Some(source) => Err(format!("source {source} is closed, and there is something left of it")),
            None => Ok(()),
        }
    }
}
