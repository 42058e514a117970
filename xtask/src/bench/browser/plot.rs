//! The plots of docs/benchmarks.md: bars on a logarithmic scale, light and dark.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::results::{Browser, Results};

/// Clients that are shown together, since their users get the same.
pub(super) struct Plot {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    clients: &'static [&'static str],
}

pub(super) const PLOTS: [Plot; 2] = [
    Plot {
        name: "listeners",
        title: "Event objects: times as fast as the browser's own",
        clients: &["ours-listener", "eventsource", "event-source-polyfill", "sse"],
    },
    Plot {
        name: "callbacks",
        title: "Callbacks, loops and Rust: times as fast as the browser's own",
        clients: &[
            "ours-subscribe",
            "ours-await",
            "ours-stream",
            "eventsource-parser",
            "fetch-event-source",
            "rust-ours",
            "rust-gloo-net",
            "fetch-copy",
        ],
    },
];

const SIZE: (u32, u32) = (920, 380);
const TICKS: [f64; 13] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];
const FONT: &str = "sans-serif";

struct Theme {
    name: &'static str,
    text: RGBColor,
    grid: RGBColor,
}

/// Of GitHub's pages. The background is left to the page.
const THEMES: [Theme; 2] = [
    Theme { name: "light", text: RGBColor(31, 35, 40), grid: RGBColor(209, 217, 224) },
    Theme { name: "dark", text: RGBColor(240, 246, 252), grid: RGBColor(61, 68, 77) },
];

/// Okabe and Ito's, which people who are colour-blind can tell apart; each is legible on white and on black. Ours first.
const COLOURS: [RGBColor; 8] = [
    RGBColor(213, 94, 0),
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(148, 103, 189),
    RGBColor(140, 140, 140),
];

struct Bar<'a> {
    title: &'a str,
    colour: RGBColor,
    /// In the order of the streams.
    times: Vec<Option<f64>>,
}

/// Writes every plot into the folder.
pub(super) fn draw(results: &Results, folder: &Path) -> Result<()> {
    for browser in results.browsers.iter().filter(|browser| !browser.speed.is_empty()) {
        for plot in &PLOTS {
            for theme in &THEMES {
                let file = folder.join(format!("{}-{}-{}.svg", plot.name, browser.name, theme.name));
                draw_one(results, browser, plot, theme, &file)
                    .map_err(|error| anyhow!("cannot draw {}: {error}", file.display()))?;
            }
        }
    }
    Ok(())
}

fn draw_one(results: &Results, browser: &Browser, plot: &Plot, theme: &Theme, file: &Path) -> Drawn {
    let streams = results.stream_names();
    let bars: Vec<Bar<'_>> = plot
        .clients
        .iter()
        .zip(COLOURS)
        .map(|(client, colour)| Bar {
            title: results.title(client),
            colour,
            times: streams.iter().map(|stream| browser.times(stream, client, "native")).collect(),
        })
        .filter(|bar| bar.times.iter().any(Option::is_some))
        .collect();
    let all = || bars.iter().flat_map(|bar| bar.times.iter().flatten().copied());
    let (low, high) = (all().fold(0.5, f64::min) * 0.8, all().fold(2.0, f64::max) * 1.5);

    let ticks = TICKS.into_iter().filter(|tick| (low..high).contains(tick)).collect();
    let root = SVGBackend::new(file, SIZE).into_drawing_area();
    let (legend, below) = root.split_vertically(34);
    draw_legend(&legend, &bars, theme)?;
    let mut chart = ChartBuilder::on(&below)
        .margin(8)
        .margin_right(16)
        .x_label_area_size(28)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..streams.len() as f64, (low..high).log_scale().with_key_points(ticks))?;
    let font = (FONT, 13).into_font().color(&theme.text);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .bold_line_style(theme.grid)
        .light_line_style(TRANSPARENT)
        .axis_style(theme.grid)
        .y_label_style(font.clone())
        .y_label_formatter(&|times| format!("{times} ×"))
        .draw()?;
    for (index, bar) in bars.iter().enumerate() {
        let width = 0.8 / bars.len() as f64;
        for (group, times) in bar.times.iter().enumerate() {
            let left = group as f64 + 0.1 + width * index as f64;
            // From the line of native: up if faster, down if slower.
            let corners = |times: f64| [(left + width * 0.06, 1.0), (left + width * 0.94, times)];
            chart.draw_series(times.map(|times| Rectangle::new(corners(times), bar.colour.filled())))?;
        }
    }
    let line = [(0.0, 1.0), (streams.len() as f64, 1.0)];
    chart.draw_series(std::iter::once(PathElement::new(line, theme.text.stroke_width(2))))?;
    let centred = font.pos(Pos::new(HPos::Center, VPos::Top));
    let names = streams.iter().enumerate();
    chart.draw_series(
        names.map(|(group, name)| Text::new(caption(name), (group as f64 + 0.5, low * 0.97), centred.clone())),
    )?;
    root.present()?;
    Ok(())
}

type Drawn = std::result::Result<(), Box<dyn std::error::Error>>;

/// A square and a name for each, side by side.
fn draw_legend(area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>, bars: &[Bar<'_>], theme: &Theme) -> Drawn {
    let style = (FONT, 12).into_font().color(&theme.text);
    let mut left = 16;
    for bar in bars {
        let title = bar.title.replace('`', "").replace("floor: ", "");
        area.draw(&Rectangle::new([(left, 12), (left + 11, 23)], bar.colour.filled()))?;
        let (width, _) = area.estimate_text_size(&title, &style)?;
        area.draw(&Text::new(title, (left + 16, 12), style.clone()))?;
        left += 26 + i32::try_from(width)?;
    }
    Ok(())
}

/// The stream's name, and what to think of.
fn caption(name: &str) -> String {
    let what = match name {
        "A" => "150 B, JSON",
        "B" => "1 KB, with ID",
        "C" => "64 KB",
        "D" => "1 MB",
        "E" => "8 lines",
        "F" => "comments",
        "G" => "not ASCII",
        _ => "",
    };
    format!("{name}: {what}")
}
