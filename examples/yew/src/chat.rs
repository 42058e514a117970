//! Questions to the server, each answered by an event source of its own.

use std::rc::Rc;

use example_model::{Conversation, Exchange, Page, Progress, Speech};
use futures::StreamExt;
use wasm_eventsource::{EventSource, JsonError};
use web_sys::HtmlInputElement;
use yew::platform::spawn_local;
use yew::prelude::*;

/// What has been said, moved on by each [`Turn`].
#[derive(Clone, Default, PartialEq)]
struct Said(Conversation);

enum Turn {
    Question(String),
    Speech(Speech),
    Failure(String),
}

impl Reducible for Said {
    type Action = Turn;

    fn reduce(self: Rc<Self>, turn: Turn) -> Rc<Self> {
        let Self(mut conversation) = Rc::unwrap_or_clone(self);
        match turn {
            Turn::Question(prompt) => conversation.ask(&prompt),
            Turn::Speech(speech) => conversation.hear(&speech),
            Turn::Failure(why) => conversation.fail(why),
        }
        Rc::new(Self(conversation))
    }
}

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) page: Rc<Page>,
}

/// The conversation, and a form to go on with it.
#[component]
pub(crate) fn Chat(Props { page }: &Props) -> Html {
    let said = use_reducer(Said::default);
    let input = use_node_ref();
    let ask = {
        let (input, said) = (input.clone(), said.dispatcher());
        use_callback(page.clone(), move |event: SubmitEvent, page| {
            event.prevent_default();
            let Some(input) = input.cast::<HtmlInputElement>() else { return };
            let prompt = input.value();
            input.set_value("");
            spawn_local(answer(page.chat(&prompt), said.clone()));
            said.dispatch(Turn::Question(prompt));
        })
    };
    let Said(conversation) = &*said;
    html! {
        <section class="card chat">
            <h2>{ "Chat" }</h2>
            <div class="conversation" tabindex="0" aria-label="Conversation">
                <ol aria-live="polite" data-testid="conversation">
                    { for conversation.exchanges().iter().map(exchange) }
                </ol>
            </div>
            <form onsubmit={ask}>
                <input ref={input} required=true aria-label="Prompt" placeholder="Ask something" data-testid="prompt" />
                <button data-testid="send" disabled={conversation.is_answering()}>{ "Send" }</button>
            </form>
        </section>
    }
}

fn exchange(exchange: &Exchange) -> Html {
    let footnote = match &exchange.progress {
        Progress::Answering => None,
        Progress::Done => Some(format!("{} tokens", exchange.tokens)),
        Progress::Failed(why) => Some(why.clone()),
    };
    html! {
        <li data-progress={exchange.progress.name()}>
            <p class="prompt">{ &exchange.prompt }</p>
            <p class="answer" data-testid="answer">{ &exchange.answer }</p>
            <p class="footnote">{ footnote }</p>
        </li>
    }
}

/// Dispatches what the server says, until it has said all. The source closes when it is dropped.
async fn answer(url: String, said: UseReducerDispatcher<Said>) {
    let source = match EventSource::new(&url) {
        Ok(source) => source,
        Err(error) => return said.dispatch(Turn::Failure(error.to_string())),
    };
    let mut speech = source.json::<Speech>();
    while let Some(item) = speech.next().await {
        match item {
            Ok(event) => {
                let speech = event.into_data();
                let is_last = matches!(speech, Speech::Done { .. });
                said.dispatch(Turn::Speech(speech));
                if is_last {
                    return;
                }
            }
            // The source reconnects by itself, and the answer goes on where it was.
            Err(JsonError::Stream(error)) if !error.is_fatal() => {}
            Err(error) => return said.dispatch(Turn::Failure(error.to_string())),
        }
    }
}
