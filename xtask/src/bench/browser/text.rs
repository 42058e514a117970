//! Numbers and tables as they are printed.

/// With digits that such a measurement can tell apart.
pub(super) fn ratio(times: f64) -> String {
    match times {
        ..9.95 => format!("{times:.2}"),
        ..99.5 => format!("{times:.1}"),
        _ => format!("{times:.0}"),
    }
}

pub(super) fn milliseconds(time: f64) -> String {
    match time {
        ..0.995 => format!("{time:.2}"),
        ..9.95 => format!("{time:.1}"),
        _ => thousands(time.round()),
    }
}

/// Of bytes.
pub(super) fn kilobytes(bytes: f64) -> String {
    let kilobytes = bytes / 1024.0;
    match kilobytes.abs() {
        ..9.95 => format!("{kilobytes:.1}"),
        _ => thousands(kilobytes.round()),
    }
}

/// A whole number: `1,234,567`.
pub(super) fn thousands(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number <= -0.5 { format!("−{text}") } else { text }
}

pub(super) fn table(head: &[String], rows: &[Vec<String>]) -> String {
    let row = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let rule = format!("|---|{}", "---:|".repeat(head.len().saturating_sub(1)));
    [row(head), rule].into_iter().chain(rows.iter().map(|cells| row(cells))).collect::<Vec<_>>().join("\n")
}

/// The browser as people call it.
pub(super) fn browser(name: &str) -> &str {
    match name {
        "chromium" => "Chromium",
        "firefox" => "Firefox",
        "webkit" => "WebKitGTK",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_to_read() {
        assert_eq!([0.272, 4.7, 15.37, 120.0].map(ratio), ["0.27", "4.70", "15.4", "120"]);
        assert_eq!([0.31, 7.03, 2504.0].map(milliseconds), ["0.31", "7.0", "2,504"]);
        assert_eq!([1_234_567.0, 12.0, -1234.0].map(thousands), ["1,234,567", "12", "−1,234"]);
    }
}
