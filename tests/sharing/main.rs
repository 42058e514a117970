//! Sources that share one connection, on a channel that delivers at once.
#![cfg(feature = "sharing")]

mod group;

use std::time::Duration;

use group::Group;
use wasm_eventsource::connection::ReadyState;
use wasm_eventsource::sharing::Role;

#[test]
fn one_member_leads_and_all_get_its_events() {
    let mut group = Group::of(3);
    assert_eq!(group.roles(), [Role::Leader, Role::Member, Role::Member]);
    assert_eq!(group.requests, [""]);
    group.open();
    group.chunk("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
    for member in 0..3 {
        assert_eq!(group.told(member), ["open", "a#1", "b#2"], "{member}");
    }
}

#[test]
fn who_joins_in_the_middle_of_an_event_gets_the_whole_of_it() {
    let mut group = Group::of(1);
    group.open();
    group.chunk("retry: 700\nid: 1\ndata: a\n\ndata: b1\nda");
    let joiner = group.join();
    assert_eq!(group.told(joiner), ["open"]);
    group.chunk("ta: b2\n\n");
    assert_eq!(group.told(joiner), ["b1\nb2#1"]);
    assert_eq!(group.told(0), ["open", "a#1", "b1\nb2#1"]);
}

#[test]
fn another_member_goes_on_after_the_last_event_that_the_leader_has_relayed() {
    let mut group = Group::of(3);
    group.open();
    group.chunk("id: 1\ndata: a\n\nid: 2\ndata: lost");
    group.kill(0);
    assert_eq!(group.roles(), [Role::Leader, Role::Member]);
    assert_eq!(group.requests, ["", "1"]);
    group.open();
    group.chunk("id: 2\ndata: b\n\n");
    for member in 1..3 {
        assert_eq!(group.told(member), ["open", "a#1", "b#2"], "{member}");
    }
}

#[test]
fn without_an_id_the_gap_is_told() {
    let mut group = Group::of(2);
    group.open();
    group.chunk("data: a\n\n");
    group.kill(0);
    group.open();
    group.chunk("data: b\n\n");
    assert_eq!(group.told(1), ["open", "a#", "handed-over", "open", "b#"]);
}

#[test]
fn guarantee_1_there_is_one_connection_for_many_sources() {
    let mut group = Group::of(20);
    group.open();
    assert_eq!((group.requests.len(), group.connections()), (1, 1));
}

#[test]
fn guarantee_2_a_hand_over_is_silent_only_if_the_last_event_has_an_id_of_its_own() {
    let mut group = Group::of(2);
    group.open();
    group.chunk("id: 1\ndata: a\n\ndata: b\n\n");
    group.kill(0);
    group.open();
    // The server repeats what comes after the ID.
    group.chunk("data: b\n\n");
    assert_eq!(group.told(1), ["open", "a#1", "b#1", "handed-over", "open", "b#1"]);
}

#[test]
fn guarantee_2_what_a_leader_said_last_is_not_missed_if_its_lock_is_there_sooner() {
    let mut group = Group::of(2);
    group.open();
    group.delay(1);
    group.chunk("id: 1\ndata: a\n\n");
    group.tell(0, |engine, clock| engine.close(clock));
    assert_eq!(group.requests, [""]);
    group.arrive(1);
    assert_eq!(group.requests, ["", "1"]);
    assert_eq!(group.told(1), ["open", "a#1"]);
}

#[test]
fn guarantee_2_who_was_away_goes_on_where_it_was() {
    let mut group = Group::of(2);
    group.open();
    group.chunk("id: 1\ndata: a\n\n");
    group.tell(1, |engine, _| engine.suspend());
    group.chunk("id: 2\ndata: b\n\n");
    group.tell(1, |engine, _| engine.resume());
    assert_eq!(group.told(1), ["open", "a#1", "suspended", "open", "b#2"]);
    // If nothing is missing, it is told that there is a connection, too.
    group.tell(1, |engine, _| engine.suspend());
    group.tell(1, |engine, _| engine.resume());
    assert_eq!(group.told(1), ["suspended", "open"]);
    assert_eq!(group.connections(), 1);
}

#[test]
fn guarantee_3_who_joins_knows_the_id_the_time_and_the_origin() {
    let mut group = Group::of(1);
    group.open();
    group.chunk("retry: 700\nid: 1\ndata: a\n\n");
    let joiner = group.join();
    let engine = group.engine(joiner);
    assert_eq!(engine.ready_state(), ReadyState::Open);
    assert_eq!(engine.last_event_id(), "1");
    assert_eq!(engine.reconnection_time(), Duration::from_millis(700));
    assert_eq!(engine.origin(), "https://example.com");
}

#[test]
fn guarantee_3_the_byte_order_mark_of_a_stream_is_none_of_the_first_event() {
    let mut group = Group::of(1);
    group.open();
    group.chunk("\u{FEFF}da");
    let joiner = group.join();
    group.chunk("ta: a\n\n");
    assert_eq!(group.told(joiner), ["open", "a#"]);
}

#[test]
fn guarantee_4_closing_is_for_one_source_and_the_last_one_lets_go() {
    let mut group = Group::of(2);
    group.open();
    group.tell(0, |engine, clock| engine.close(clock));
    assert_eq!(group.connections(), 1);
    assert_eq!(group.engine(0).ready_state(), ReadyState::Closed);
    assert_eq!(group.engine(1).ready_state(), ReadyState::Connecting);
    group.open();
    assert_eq!(group.engine(1).ready_state(), ReadyState::Open);
    group.tell(1, |engine, clock| engine.close(clock));
    assert_eq!(group.connections(), 0);
    assert!(group.engine(1).is_over());
}

#[test]
fn guarantee_5_a_frozen_leader_is_replaced_in_time_and_changes_nothing_when_it_wakes_up() {
    let mut group = Group::of(3);
    group.open();
    group.chunk("id: 1\ndata: a\n\n");
    group.freeze(0);
    group.pass(Duration::from_secs(12));
    assert_eq!(group.requests, ["", "1"]);
    group.open();
    group.chunk("id: 2\ndata: b\n\n");
    group.thaw(0);
    group.pass(Duration::from_secs(5));
    assert_eq!(group.connections(), 1);
    assert_eq!(group.roles().iter().filter(|role| **role == Role::Leader).count(), 1);
    for member in 0..3 {
        assert_eq!(group.told(member), ["open", "a#1", "b#2"], "{member}");
    }
}

#[test]
fn guarantee_6_who_is_slow_holds_the_others_up_for_a_second_and_goes_on_alone() {
    let mut group = Group::of(2);
    group.open();
    group.slow(1, true);
    let big = format!("id: 1\ndata: {}\n\n", "x".repeat(600_000));
    group.chunk(&big);
    group.chunk(&big.replace("id: 1", "id: 2"));
    assert_eq!(group.told(0).len(), 3);
    // It is waited for.
    group.pass(Duration::from_millis(900));
    assert_eq!(group.roles(), [Role::Leader, Role::Member]);
    group.pass(Duration::from_millis(200));
    assert_eq!(group.roles(), [Role::Leader, Role::Alone]);
    assert!(group.engine(1).held_bytes() < 4 * 1024 * 1024);
    group.slow(1, false);
    // What it had is not lost, and its own connection goes on after it.
    assert_eq!(group.requests, ["", "2"]);
    assert_eq!(group.told(1).len(), 3);
}

#[test]
fn guarantee_7_messages_that_are_not_well_formed_are_ignored() {
    let mut group = Group::of(2);
    group.open();
    for message in [&b""[..], b"hello", &[0xE5, 1], &[0xE5, 2, 0, 0], &[0xFF; 100]] {
        group.tell(0, |engine, clock| engine.hear(message, clock));
        group.tell(1, |engine, clock| engine.hear(message, clock));
    }
    assert_eq!(group.roles(), [Role::Leader, Role::Member]);
    group.chunk("data: a\n\n");
    assert_eq!(group.told(1), ["open", "a#"]);
}

#[test]
fn guarantee_8_without_a_channel_a_member_goes_on_by_itself() {
    let mut group = Group::of(2);
    group.open();
    group.tell(1, |engine, clock| engine.unavailable(clock));
    assert_eq!(group.roles(), [Role::Leader, Role::Alone]);
    assert_eq!(group.connections(), 2);
}
