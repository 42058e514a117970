//! Sources that share one connection, on a channel that delivers at once.
#![cfg(feature = "sharing")]

mod group;

use group::Group;
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
