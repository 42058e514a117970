//! The ticks as a line.

use example_model::{Feed, HEIGHT, WIDTH};
use leptos::prelude::*;

/// The values of the last half minute.
#[component]
pub(crate) fn Chart(feed: RwSignal<Feed>) -> impl IntoView {
    let shown = |value: Option<f64>| value.map(|value| format!("{value:.1}"));
    let latest = move || shown(feed.with(|feed| feed.series.latest()));
    let low = move || shown(feed.with(|feed| feed.series.range()).map(|(low, _)| low));
    let high = move || shown(feed.with(|feed| feed.series.range()).map(|(_, high)| high));
    view! {
        <section class="card chart">
            <h2>"Requests per second"</h2>
            <output data-testid="latest">{latest}</output>
            <div class="plot">
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
                    <polygon points=move || feed.with(|feed| feed.series.area()) />
                    <polyline data-testid="line" points=move || feed.with(|feed| feed.series.line()) />
                </svg>
                <span class="high" data-testid="high">{high}</span>
                <span class="low" data-testid="low">{low}</span>
            </div>
            <p class="axis"><span>"30 s ago"</span><span>"now"</span></p>
        </section>
    }
}
