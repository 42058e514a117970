//! The requests of each second, a panel for each policy.

use std::error::Error;

use plotters::prelude::*;

use crate::simulation::{Measured, World};

const SIZE: (u32, u32) = (900, 760);
const COLUMNS: usize = 2;
/// The last second that is shown.
const END: u32 = 300;
/// The rates that are shown, of a logarithmic axis.
const RATES: std::ops::Range<f64> = 100.0..10_000_000.0;

/// What is drawn in it is black in light surroundings and white in dark ones: see [`STYLE`].
const INK: RGBColor = RGBColor(1, 1, 1);
const OURS: RGBColor = RGBColor(0xd9, 0x5f, 0x02);
const OTHERS: RGBColor = RGBColor(0x3b, 0x82, 0xc4);

/// Plotters writes colors as attributes, which a style sheet overrides.
const STYLE: &str = "<style>text { fill: #1f2328; font-family: system-ui, sans-serif; } \
     [stroke=\"#010101\"] { stroke: #1f2328; } [fill=\"#010101\"] { fill: #1f2328; } \
     @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } \
     [stroke=\"#010101\"] { stroke: #e6edf3; } [fill=\"#010101\"] { fill: #e6edf3; } }</style>";

/// An SVG. The first panels, as many as are said to be, are ours.
pub fn draw(world: &World, panels: &[(&str, &Measured)], ours: usize) -> Result<String, Box<dyn Error>> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        let areas = root.split_evenly((panels.len().div_ceil(COLUMNS), COLUMNS));
        for (number, ((name, measured), area)) in panels.iter().zip(&areas).enumerate() {
            panel(world, name, measured, if number < ours { OURS } else { OTHERS }, area)?;
        }
        root.present()?;
    }
    let end = svg.find('>').ok_or("no SVG")? + 1;
    svg.insert_str(end, STYLE);
    Ok(svg)
}

fn panel<DB: DrawingBackend>(
    world: &World,
    name: &str,
    measured: &Measured,
    color: RGBColor,
    area: &DrawingArea<DB, plotters::coord::Shift>,
) -> Result<(), Box<dyn Error>>
where
    DB::ErrorType: 'static,
{
    let mut chart = ChartBuilder::on(area)
        .caption(name.replace(['*', '`'], ""), ("sans-serif", 14, &INK))
        .margin_right(14)
        .margin_bottom(4)
        .x_label_area_size(24)
        .y_label_area_size(48)
        .build_cartesian_2d(0..END, RATES.log_scale())?;
    let outage = Rectangle::new([(0, RATES.start), (world.outage / 1000, RATES.end)], INK.mix(0.08).filled());
    chart.draw_series([outage])?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(INK.mix(0.15))
        .axis_style(INK.mix(0.5))
        .label_style(("sans-serif", 11, &INK))
        .x_labels(7)
        .y_labels(6)
        .x_label_formatter(&|second| format!("{second} s"))
        .y_label_formatter(&|rate| short(*rate))
        .draw()?;
    // A step for each second: two points.
    let rates = measured.per_second().chain(std::iter::repeat(0)).zip(0..END);
    let steps = rates.flat_map(|(rate, second)| {
        let rate = (rate as f64).clamp(RATES.start, RATES.end);
        [(second, rate), (second + 1, rate)]
    });
    chart.draw_series(AreaSeries::new(steps, RATES.start, color))?;
    let capacity = f64::from(world.capacity);
    chart.draw_series(DashedLineSeries::new([(0, capacity), (END, capacity)], 4, 4, INK.stroke_width(1)))?;
    Ok(())
}

fn short(rate: f64) -> String {
    match rate {
        1_000_000.0.. => format!("{} M", rate / 1_000_000.0),
        1000.0.. => format!("{} k", rate / 1000.0),
        _ => format!("{rate}"),
    }
}
