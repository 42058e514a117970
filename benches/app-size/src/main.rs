//! An app without a framework, that fetches, waits, and shows what it got: what a Rust front end has of wasm-bindgen, of
//! promises, of formatting and of the allocator before it follows a stream of events. With the feature `events` it does.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::js_sys::Promise;
use web_sys::{Document, Response, Window};

/// How long the app waits between two requests, in milliseconds.
const PAUSE: i32 = 1000;

/// What is shown: a line for each name.
#[derive(Clone, Default)]
struct Board(Rc<RefCell<HashMap<String, String>>>);

impl Board {
    fn set(&self, name: &str, text: String) {
        self.0.borrow_mut().insert(name.to_owned(), text);
        if let Err(error) = self.show() {
            self.0.borrow_mut().insert("error".to_owned(), format!("{error:?}"));
        }
    }

    fn show(&self) -> Result<(), JsValue> {
        let document = document()?;
        let body = document.body().ok_or("no body")?;
        body.set_text_content(None);
        let mut lines: Vec<_> = self.0.borrow().iter().map(|(name, text)| format!("{name}: {text}")).collect();
        lines.sort();
        for line in lines {
            let paragraph = document.create_element("p")?;
            paragraph.set_text_content(Some(&line));
            body.append_child(&paragraph)?;
        }
        Ok(())
    }
}

fn main() {
    let board = Board::default();
    spawn_local(poll(board.clone()));
    #[cfg(feature = "events")]
    spawn_local(follow(board));
}

/// Asks the server over and over.
async fn poll(board: Board) {
    for round in 0.. {
        match get("/hello").await {
            Ok(text) => board.set("hello", format!("{text} ({round})")),
            Err(error) => board.set("hello", format!("failed: {error:?}")),
        }
        if sleep(PAUSE).await.is_err() {
            break;
        }
    }
}

async fn get(url: &str) -> Result<String, JsValue> {
    let response: Response = JsFuture::from(window()?.fetch_with_str(url)).await?.dyn_into()?;
    if !response.ok() {
        return Err(format!("{url} has status {}", response.status()).into());
    }
    Ok(JsFuture::from(response.text()?).await?.as_string().unwrap_or_default())
}

async fn sleep(milliseconds: i32) -> Result<(), JsValue> {
    let window = window()?;
    let promise = Promise::new(&mut |resolve, _| {
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    JsFuture::from(promise).await.map(drop)
}

fn window() -> Result<Window, JsValue> {
    web_sys::window().ok_or_else(|| "no window".into())
}

fn document() -> Result<Document, JsValue> {
    window()?.document().ok_or_else(|| "no document".into())
}

/// What the bytes are counted of.
#[cfg(feature = "events")]
async fn follow(board: Board) {
    use futures::StreamExt as _;

    let mut source = match wasm_eventsource::EventSource::new("/events") {
        Ok(source) => source,
        Err(error) => return board.set("events", error.to_string()),
    };
    while let Some(item) = source.next().await {
        match item {
            Ok(event) => board.set(event.event_type(), event.data().to_owned()),
            Err(error) => board.set("events", error.to_string()),
        }
    }
}
