//! Questions to the server, each answered by an event source of its own.

use example_model::{Conversation, Exchange, Page, Progress, Speech};
use futures::StreamExt;
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_eventsource::{EventSource, JsonError};

/// The conversation, and a form to go on with it.
#[component]
pub(crate) fn Chat(page: Page) -> impl IntoView {
    let conversation = RwSignal::new(Conversation::default());
    let input = NodeRef::<Input>::new();
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else { return };
        let prompt = input.value();
        input.set_value("");
        conversation.update(|conversation| conversation.ask(&prompt));
        spawn_local(answer(page.chat(&prompt), conversation));
    };
    let exchanges = move || 0..conversation.with(|conversation| conversation.exchanges().len());
    let exchange = move |index: usize| {
        let exchange = Memo::new(move |_| conversation.with(|conversation| conversation.exchanges()[index].clone()));
        view! { <ExchangeView exchange /> }
    };
    view! {
        <section class="card chat">
            <h2>"Chat"</h2>
            <div class="conversation" tabindex="0" aria-label="Conversation">
                <ol aria-live="polite" data-testid="conversation">
                    <For each=exchanges key=|index| *index children=exchange />
                </ol>
            </div>
            <form on:submit=ask>
                <input node_ref=input required aria-label="Prompt" placeholder="Ask something" data-testid="prompt" />
                <button data-testid="send" disabled=move || conversation.with(Conversation::is_answering)>"Send"</button>
            </form>
        </section>
    }
}

#[component]
fn ExchangeView(exchange: Memo<Exchange>) -> impl IntoView {
    let footnote = move || match exchange.get().progress {
        Progress::Answering => None,
        Progress::Done => Some(format!("{} tokens", exchange.get().tokens)),
        Progress::Failed(why) => Some(why),
    };
    view! {
        <li data-progress=move || exchange.get().progress.name()>
            <p class="prompt">{move || exchange.get().prompt}</p>
            <p class="answer" data-testid="answer">{move || exchange.get().answer}</p>
            <p class="footnote">{footnote}</p>
        </li>
    }
}

/// Adds what the server says to the conversation, until it has said all. The source closes when it is dropped.
async fn answer(url: String, conversation: RwSignal<Conversation>) {
    let source = match EventSource::new(&url) {
        Ok(source) => source,
        Err(error) => return conversation.update(|conversation| conversation.fail(error.to_string())),
    };
    let mut speech = source.json::<Speech>();
    while conversation.with_untracked(Conversation::is_answering) {
        match speech.next().await {
            Some(Ok(event)) => conversation.update(|conversation| conversation.hear(event.data())),
            // The source reconnects by itself, and the answer goes on where it was.
            Some(Err(JsonError::Stream(error))) if !error.is_fatal() => {}
            Some(Err(error)) => conversation.update(|conversation| conversation.fail(error.to_string())),
            None => return,
        }
    }
}
