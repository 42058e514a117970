//! Where something is missing, a source works all the same.

use wasm_bindgen_test::wasm_bindgen_test;
use wasm_eventsource::sharing::Role;

use super::super::polling::until;
use super::platform::Missing;
use super::{connect, expect_data, network, new_url, until_open, until_role};

#[wasm_bindgen_test]
async fn without_locks_the_sources_agree_by_messages() {
    let _without = Missing::Locks.take_away();
    let network = network();
    let url = new_url();
    let mut sources = [connect(&url), connect(&url), connect(&url)];
    for source in &sources {
        until_open(source).await;
    }
    network.send("id: 1\ndata: a\n\n");
    for source in &mut sources {
        expect_data(source, &["a"]).await;
    }
    assert_eq!((network.count(), network.live()), (1, 1));
    let leads = |source: &wasm_eventsource::EventSource| source.shared() == Some(Role::Leader);
    let leader = sources.iter().position(leads).expect("one leads");
    sources[leader].close();
    until("another one connects", || network.count() == 2).await;
    network.send("id: 2\ndata: b\n\n");
    for (index, source) in sources.iter_mut().enumerate().filter(|(index, _)| *index != leader) {
        expect_data(source, &["b"]).await;
        assert_eq!(source.last_event_id(), "2", "{index}");
    }
    assert_eq!((network.count(), network.live()), (2, 1));
}

#[wasm_bindgen_test]
async fn without_channels_or_where_locks_are_refused_each_has_a_connection_of_its_own() {
    for missing in [Missing::Channels, Missing::GrantedLocks] {
        let _without = missing.take_away();
        let network = network();
        let url = new_url();
        let mut first = connect(&url);
        until_open(&first).await;
        network.send("data: a\n\n");
        expect_data(&mut first, &["a"]).await;
        let mut second = connect(&url);
        until_open(&second).await;
        network.send("data: b\n\n");
        expect_data(&mut second, &["b"]).await;
        until_role(&first, Role::Alone).await;
        until_role(&second, Role::Alone).await;
        assert_eq!((network.count(), network.live()), (2, 2));
        drop((first, second));
        assert_eq!(network.live(), 0);
    }
}
