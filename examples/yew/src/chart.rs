//! The ticks as a line.

use example_model::{HEIGHT, Series, WIDTH};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) series: Series,
}

/// The values of the last half minute.
#[component]
pub(crate) fn Chart(Props { series }: &Props) -> Html {
    let shown = |value: Option<f64>| value.map(|value| format!("{value:.1}"));
    let low = series.range().map(|(low, _)| low);
    let high = series.range().map(|(_, high)| high);
    html! {
        <section class="card chart">
            <h2>{ "Requests per second" }</h2>
            <output data-testid="latest">{ shown(series.latest()) }</output>
            <div class="plot">
                <svg viewBox={format!("0 0 {WIDTH} {HEIGHT}")} preserveAspectRatio="none" aria-hidden="true">
                    <polygon points={series.area()} />
                    <polyline data-testid="line" points={series.line()} />
                </svg>
                <span class="high" data-testid="high">{ shown(high) }</span>
                <span class="low" data-testid="low">{ shown(low) }</span>
            </div>
            <p class="axis"><span>{ "30 s ago" }</span><span>{ "now" }</span></p>
        </section>
    }
}
