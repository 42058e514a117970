//! The page, and the stream that feeds it.

use std::rc::Rc;

use example_model::{Feed, Page};
use wasm_eventsource::Event;
use wasm_eventsource_yew::use_event_source;
use yew::prelude::*;

use crate::chart::Chart;
use crate::chat::Chat;
use crate::connection::Connection;
use crate::log::EventLog;

/// What has come, moved on by each event.
#[derive(Clone, Default, PartialEq)]
struct Received(Feed);

impl Reducible for Received {
    type Action = Event;

    fn reduce(self: Rc<Self>, event: Event) -> Rc<Self> {
        let Self(mut feed) = Rc::unwrap_or_clone(self);
        feed.receive(event.last_event_id(), event.event_type(), event.json());
        Rc::new(Self(feed))
    }
}

/// The whole page.
#[component]
pub(crate) fn Dashboard() -> Html {
    let page = use_memo((), |()| {
        let search = gloo_utils::window().location().search().unwrap_or_default();
        Page::new(&search, js_sys::Math::random())
    });
    let received = use_reducer(Received::default);
    let dispatcher = received.dispatcher();
    let source = use_event_source(page.dashboard(), move |event| dispatcher.dispatch(event));
    let Received(feed) = &*received;
    html! {
        <>
            <header>
                <h1>{ "Live dashboard" }</h1>
                <p>{ "wasm-eventsource in a Yew app" }</p>
            </header>
            <main>
                <Connection {source} cut={page.cut()} />
                { facts(feed) }
                <Chart series={feed.series.clone()} />
                <EventLog log={feed.log.clone()} />
                <Chat {page} />
            </main>
        </>
    }
}

/// What has come so far.
fn facts(feed: &Feed) -> Html {
    html! {
        <dl class="card facts">
            <div>
                <dt>{ "Events" }</dt>
                <dd data-testid="received">{ feed.received }</dd>
            </div>
            <div>
                <dt>{ "Missing" }</dt>
                <dd data-testid="missing">{ feed.missing }</dd>
            </div>
            <div>
                <dt>{ "Twice" }</dt>
                <dd data-testid="repeated">{ feed.repeated }</dd>
            </div>
            <div>
                <dt>{ "Last ID" }</dt>
                <dd data-testid="last-id">{ feed.last_id() }</dd>
            </div>
        </dl>
    }
}
