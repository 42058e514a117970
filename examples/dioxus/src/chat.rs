//! Questions to the server, each answered by an event source of its own.

use dioxus::prelude::*;
use dioxus::web::WebEventExt;
use example_model::{Conversation, Exchange, Page, Progress, Speech};
use futures::StreamExt;
use wasm_bindgen::JsCast;
use wasm_eventsource::{EventSource, JsonError};
use web_sys::HtmlFormElement;

/// The conversation, and a form to go on with it.
#[component]
pub(crate) fn Chat(page: Page) -> Element {
    let mut conversation = use_signal(Conversation::default);
    let ask = move |event: FormEvent| {
        event.prevent_default();
        let Some(FormValue::Text(prompt)) = event.get_first("prompt") else { return };
        reset(&event);
        conversation.write().ask(&prompt);
        spawn(answer(page.chat(&prompt), conversation));
    };
    rsx! {
        section { class: "card chat",
            h2 { "Chat" }
            div { class: "conversation", tabindex: "0", "aria-label": "Conversation",
                ol { "aria-live": "polite", "data-testid": "conversation",
                    for (index , exchange) in conversation.read().exchanges().iter().cloned().enumerate() {
                        ExchangeView { key: "{index}", exchange }
                    }
                }
            }
            form { onsubmit: ask,
                input {
                    name: "prompt",
                    required: true,
                    "aria-label": "Prompt",
                    placeholder: "Ask something",
                    "data-testid": "prompt",
                }
                button { "data-testid": "send", disabled: conversation.read().is_answering(), "Send" }
            }
        }
    }
}

/// Empties the form.
fn reset(event: &FormEvent) {
    let form = event.as_web_event().target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    if let Some(form) = form {
        form.reset();
    }
}

#[component]
fn ExchangeView(exchange: Exchange) -> Element {
    let footnote = match &exchange.progress {
        Progress::Answering => None,
        Progress::Done => Some(format!("{} tokens", exchange.tokens)),
        Progress::Failed(why) => Some(why.clone()),
    };
    rsx! {
        li { "data-progress": exchange.progress.name(),
            p { class: "prompt", "{exchange.prompt}" }
            p { class: "answer", "data-testid": "answer", "{exchange.answer}" }
            p { class: "footnote", {footnote} }
        }
    }
}

/// Adds what the server says to the conversation, until it has said all. The source closes when it is dropped.
async fn answer(url: String, mut conversation: Signal<Conversation>) {
    let source = match EventSource::new(&url) {
        Ok(source) => source,
        Err(error) => return conversation.write().fail(error.to_string()),
    };
    let mut speech = source.json::<Speech>();
    while conversation.peek().is_answering() {
        match speech.next().await {
            Some(Ok(event)) => conversation.write().hear(event.data()),
            // The source reconnects by itself, and the answer goes on where it was.
            Some(Err(JsonError::Stream(error))) if !error.is_fatal() => {}
            Some(Err(error)) => conversation.write().fail(error.to_string()),
            None => return,
        }
    }
}
