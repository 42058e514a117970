//! The faults, as they happen.

use std::time::Duration;

use wasm_eventsource::connection::Timestamp;
use wasm_eventsource::engine::Verify;
use wasm_eventsource::sharing::{Arbiter, Role};

use crate::locks::Claim;
use crate::scenario::{Fault, Platform, Who};
use crate::world::{Event, Lane, Task, World, ms};

/// More sources than this make a run slow, and find nothing new.
const MOST_SOURCES: usize = 16;

impl World {
    pub(crate) fn strike(&mut self, fault: Fault) {
        self.tally.faults[fault.kind()] += 1;
        self.note(|| format!("*** {fault:?}"));
        match fault {
            Fault::Join => {
                if self.present().len() < MOST_SOURCES {
                    let had_hub = self.scenario.setting.platform == Platform::Hub && !self.has_hub();
                    self.open_tab(if had_hub { Arbiter::Here } else { self.arbiter() });
                }
            }
            Fault::JoinBeside(who) => {
                if let (Some(source), true) = (self.pick(who), self.present().len() < MOST_SOURCES) {
                    let tab = self.sources[source].tab;
                    if self.is_awake(tab) {
                        self.open_source(tab, self.arbiter());
                    }
                }
            }
            Fault::Break => {
                for exchange in self.server.live.clone() {
                    self.break_off(exchange);
                }
            }
            Fault::Restart(time) => {
                self.server.is_down = true;
                for exchange in self.server.live.clone() {
                    self.break_off(exchange);
                }
                self.queue.push(self.now + ms(time), Event::ServerUp);
            }
            Fault::Burst(kilobytes) => {
                (0..kilobytes % 7).for_each(|_| self.produce(0));
                self.produce(kilobytes as usize);
            }
            Fault::Sleep(time) => self.sleep(time),
            Fault::Theft(time) => {
                let notices = self.locks.steal(Claim { source: None, request: 0 });
                self.tell_locks(notices);
                self.queue.push(self.now + ms(time), Event::TheftEnds);
            }
            Fault::Delay(extra, time) => {
                self.extra_delay = (self.now + ms(time), extra);
                // Answers may come too late.
                if extra > 400 {
                    (0..self.tabs.len()).for_each(|tab| self.excuse(tab));
                }
            }
            Fault::End => {
                self.server.has_ended = true;
                for exchange in self.server.live.clone() {
                    self.break_off(exchange);
                }
            }
            Fault::Close(who)
            | Fault::Kill(who)
            | Fault::Freeze(who, _)
            | Fault::Wedge(who, _)
            | Fault::Cache(who, _)
            | Fault::Stall(who, _)
            | Fault::Slow(who, _)
            | Fault::Hide(who, _)
            | Fault::Malformed(who)
            | Fault::Reconnect(who)
            | Fault::Verify(who, _)
            | Fault::Online(who) => {
                if let Some(source) = self.pick(who) {
                    self.befall(source, fault);
                }
            }
        }
    }

    fn befall(&mut self, source: usize, fault: Fault) {
        let tab = self.sources[source].tab;
        let is_awake = self.is_awake(tab);
        self.note(|| format!("    it befalls {source} in tab {tab}"));
        match fault {
            Fault::Kill(_) => self.kill(tab),
            Fault::Freeze(_, time) => {
                self.freeze(tab, self.now + ms(time));
                self.stop(tab, time);
            }
            Fault::Wedge(_, time) => {
                self.tabs[tab].busy_until = self.now + ms(time);
                self.stop(tab, time);
            }
            Fault::Hide(_, time) => {
                self.tabs[tab].hidden_until = self.now + ms(time);
                self.set_visible(tab, false);
                self.queue.push(self.now + ms(time), Event::Show(tab));
            }
            Fault::Stall(_, time) => {
                self.sources[source].stalled_until = self.now + ms(time);
                self.sources[source].has_excuse = true;
            }
            Fault::Slow(_, step) => {
                self.sources[source].step = ms(step);
                self.sources[source].has_excuse = true;
            }
            Fault::Malformed(_) => self.malform(source),
            // What follows is done by scripts of the tab.
            _ if !is_awake => {}
            Fault::Cache(_, time) => {
                self.tabs[tab].is_cached = true;
                for source in self.tabs[tab].sources.clone() {
                    let own = &mut self.sources[source];
                    own.witness.may_repeat |= own.engine.role() == Role::Alone;
                    own.engine.suspend();
                    self.pump(source);
                }
                // This tab is one of them.
                if self.present().iter().all(|source| self.tabs[self.sources[*source].tab].is_cached) {
                    // Its group has ended. Whoever joins meanwhile begins another one, which has come to other positions.
                    self.excuse(tab);
                    self.all_are_excused_until = Timestamp::MAX;
                }
                self.freeze(tab, self.now + ms(time));
            }
            Fault::Close(_) => self.close(source),
            Fault::Reconnect(_) => {
                let moment = self.moment();
                self.sources[source].engine.reconnect(&moment);
                self.pump(source);
            }
            Fault::Verify(_, is_certain) => {
                let how = Verify::default();
                let how = if is_certain { how.stale_after(Duration::ZERO) } else { how.stale_after(ms(100)) };
                self.sources[source].engine.verify(how);
                self.pump(source);
            }
            Fault::Online(_) => {
                self.sources[source].engine.stop_waiting();
                self.pump(source);
            }
            _ => {}
        }
    }

    /// The sources that are there.
    pub(crate) fn present(&self) -> Vec<usize> {
        let is_present = |source: &usize| {
            let own = &self.sources[*source];
            !own.is_closed && !own.witness.is_closed && !self.tabs[own.tab].is_gone
        };
        (0..self.sources.len()).filter(is_present).collect()
    }

    fn pick(&self, who: Who) -> Option<usize> {
        let present = self.present();
        let leads = |source: &&usize| self.sources[**source].engine.role() == Role::Leader;
        match who {
            Who::Number(number) => present.get(number as usize % present.len().max(1)).copied(),
            Who::Leader => present.iter().find(leads).or(present.first()).copied(),
        }
    }

    fn has_hub(&self) -> bool {
        self.present().into_iter().any(|source| self.is_hub(source))
    }

    pub(crate) fn is_hub(&self, source: usize) -> bool {
        self.hubs.contains(&source)
    }

    pub(crate) fn is_awake(&self, tab: usize) -> bool {
        let tab = &self.tabs[tab];
        !tab.is_gone && self.now >= tab.frozen_until && self.now >= tab.busy_until
    }

    /// What happened to this tab may leave its sources alone.
    pub(crate) fn excuse(&mut self, tab: usize) {
        for source in self.tabs[tab].sources.clone() {
            self.sources[source].has_excuse = true;
        }
    }

    /// Somebody who stood still for long may lead next, and know nothing of what the others have.
    fn stop(&mut self, tab: usize, time: u64) {
        self.excuse(tab);
        if time > 20_000 {
            (0..self.tabs.len()).for_each(|tab| self.excuse(tab));
            self.all_are_excused_until = self.all_are_excused_until.max(self.now + ms(time));
        }
    }

    fn freeze(&mut self, tab: usize, until: Timestamp) {
        self.tabs[tab].frozen_until = self.tabs[tab].frozen_until.max(until);
        self.excuse(tab);
        self.queue.push(until, Event::Thaw(tab));
    }

    pub(crate) fn thaw(&mut self, tab: usize) {
        if self.tabs[tab].is_gone || self.now < self.tabs[tab].frozen_until {
            return;
        }
        if std::mem::take(&mut self.tabs[tab].is_cached) {
            for source in self.tabs[tab].sources.clone() {
                if !self.sources[source].is_closed {
                    self.sources[source].engine.resume();
                    self.pump(source);
                }
            }
        }
        self.schedule(tab);
    }

    pub(crate) fn show(&mut self, tab: usize) {
        if !self.tabs[tab].is_gone && self.now >= self.tabs[tab].hidden_until {
            self.set_visible(tab, true);
        }
    }

    fn set_visible(&mut self, tab: usize, is_visible: bool) {
        for source in self.tabs[tab].sources.clone() {
            self.sources[source].engine.set_visible(is_visible);
            // Its timers are set anew.
            self.sources[source].timer_at = None;
            if self.is_awake(tab) {
                self.pump(source);
            }
        }
    }

    fn kill(&mut self, tab: usize) {
        self.tabs[tab].is_gone = true;
        for source in self.tabs[tab].sources.clone() {
            self.let_go(source);
            let (first, last) = (self.sources[source].arrived + 1, self.sources[source].sent + 1);
            // Nothing of it is lost, or all, or each receiver gets a part.
            let cut = self.rng.u64(first..=last);
            let same = self.rng.bool();
            let count = self.sources.len();
            let lost = (0..count).map(|_| if same { cut } else { self.rng.u64(first..=last) }).collect();
            self.sources[source].lost_from = lost;
            let at = self.now + ms(self.rng.u64(0..=self.scenario.setting.latency));
            self.queue.push(at, Event::Forget(source));
        }
    }

    pub(crate) fn close(&mut self, source: usize) {
        let moment = self.moment();
        self.sources[source].is_closed = true;
        self.sources[source].engine.close(&moment);
        self.pump(source);
    }

    fn break_off(&mut self, exchange: usize) {
        let source = self.server.exchanges[exchange].source;
        if !self.server.exchanges[exchange].is_open {
            return;
        }
        let _ = source;
        self.server.break_off(exchange, &mut self.rng);
        self.queue.push(self.now, Event::Feed(exchange));
    }

    /// Everything stands still but the server, and the clock goes on.
    fn sleep(&mut self, time: u64) {
        self.now += ms(time);
        for tab in 0..self.tabs.len() {
            self.excuse(tab);
        }
        for exchange in self.server.live.clone() {
            if self.rng.bool() {
                self.break_off(exchange);
            }
        }
    }

    fn malform(&mut self, source: usize) {
        let mut message = self.sources[source].engine.message().to_vec();
        match self.rng.u32(..4) {
            0 => message.push(self.rng.u8(..)),
            1 if !message.is_empty() => message.truncate(self.rng.usize(..message.len())),
            2 if message.len() > 1 => message[1] = message[1].wrapping_add(1),
            _ => message = (0..self.rng.usize(..80)).map(|_| self.rng.u8(..)).collect(),
        }
        for to in self.present() {
            if let Some(channel) = self.sources[to].channel {
                self.send(to, Lane::Channel, Task::Message(message.as_slice().into(), channel));
            }
        }
    }
}
