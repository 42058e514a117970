//! The ticks as a line.

use dioxus::prelude::*;
use example_model::{Feed, HEIGHT, WIDTH};

/// The values of the last half minute.
#[component]
pub(crate) fn Chart(feed: ReadSignal<Feed>) -> Element {
    let series = &feed.read().series;
    let shown = |value: Option<f64>| value.map(|value| format!("{value:.1}"));
    let low = series.range().map(|(low, _)| low);
    let high = series.range().map(|(_, high)| high);
    rsx! {
        section { class: "card chart",
            h2 { "Requests per second" }
            output { "data-testid": "latest", {shown(series.latest())} }
            div { class: "plot",
                svg { view_box: "0 0 {WIDTH} {HEIGHT}", preserve_aspect_ratio: "none", "aria-hidden": "true",
                    polygon { points: series.area() }
                    polyline { "data-testid": "line", points: series.line() }
                }
                span { class: "high", "data-testid": "high", {shown(high)} }
                span { class: "low", "data-testid": "low", {shown(low)} }
            }
            p { class: "axis",
                span { "30 s ago" }
                span { "now" }
            }
        }
    }
}
