//! The values of the latest time, and the line they make.

use std::collections::VecDeque;
use std::fmt::Write as _;

/// The width of the chart in its own units.
pub const WIDTH: f64 = 600.0;
/// The height of the chart in its own units.
pub const HEIGHT: f64 = 160.0;

/// How much time the chart shows, in milliseconds.
const WINDOW: f64 = 30_000.0;
/// The most points it shows: there are no more pixels to tell them apart.
const MOST: usize = 600;

/// Values over time; those that the chart has no room for are gone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    points: VecDeque<Point>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    time: f64,
    value: f64,
}

impl Series {
    /// Takes the next value. Its time is in milliseconds; one that goes back is of another server, which begins anew.
    pub fn push(&mut self, time: f64, value: f64) {
        if self.points.back().is_some_and(|last| time < last.time) {
            self.points.clear();
        }
        self.points.push_back(Point { time, value });
        while self.points.len() > MOST || self.points.front().is_some_and(|first| time - first.time > WINDOW) {
            self.points.pop_front();
        }
    }

    /// The value that came last.
    pub fn latest(&self) -> Option<f64> {
        self.points.back().map(|point| point.value)
    }

    /// The lowest and the highest value; `None` as long as there is none.
    pub fn range(&self) -> Option<(f64, f64)> {
        let values = || self.points.iter().map(|point| point.value);
        Some((values().reduce(f64::min)?, values().reduce(f64::max)?))
    }

    /// The points of an SVG `polyline` within [`WIDTH`] and [`HEIGHT`]: the latest at the right edge, the highest at the
    /// top, the lowest at the bottom.
    pub fn line(&self) -> String {
        let (Some(last), Some((low, high))) = (self.points.back(), self.range()) else { return String::new() };
        let mut line = String::new();
        for point in &self.points {
            let x = WIDTH - (last.time - point.time) / WINDOW * WIDTH;
            // A value that never changes is in the middle.
            let above = if high > low { (point.value - low) / (high - low) } else { 0.5 };
            let separator = if line.is_empty() { "" } else { " " };
            // Writing to a string does not fail.
            let _ = write!(line, "{separator}{x:.1},{:.1}", HEIGHT * (1.0 - above));
        }
        line
    }

    /// The points of a `polygon` between the line and the bottom.
    pub fn area(&self) -> String {
        let line = self.line();
        match line.split_once(',') {
            Some((first_x, _)) => format!("{first_x},{HEIGHT} {line} {WIDTH},{HEIGHT}"),
            None => line,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(points: &[(f64, f64)]) -> Series {
        let mut series = Series::default();
        points.iter().for_each(|(time, value)| series.push(*time, *value));
        series
    }

    #[test]
    fn the_line_goes_from_the_bottom_to_the_top_and_ends_at_the_right() {
        let series = series(&[(0.0, 10.0), (15_000.0, 30.0), (30_000.0, 20.0)]);
        assert_eq!(series.line(), "0.0,160.0 300.0,0.0 600.0,80.0");
        assert_eq!(series.area(), "0.0,160 0.0,160.0 300.0,0.0 600.0,80.0 600,160");
        assert_eq!((series.latest(), series.range()), (Some(20.0), Some((10.0, 30.0))));
    }

    #[test]
    fn without_values_there_is_no_line_and_one_value_is_in_the_middle() {
        let mut series = Series::default();
        assert_eq!((series.line(), series.area(), series.range()), (String::new(), String::new(), None));
        series.push(5.0, 7.0);
        assert_eq!(series.line(), "600.0,80.0");
    }

    #[test]
    fn what_is_older_than_the_window_or_of_another_server_or_too_much_is_dropped() {
        assert_eq!(series(&[(0.0, 1.0), (1.0, 2.0), (30_001.0, 3.0)]).line(), "0.0,160.0 600.0,0.0");
        assert_eq!(series(&[(9.0, 1.0), (1.0, 2.0), (30_001.0, 3.0)]).line(), "0.0,160.0 600.0,0.0");
        let points: Vec<_> = (0..700).map(|time| (f64::from(time), 0.0)).collect();
        assert_eq!(series(&points).line().split(' ').count(), MOST);
    }
}
