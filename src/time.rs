//! Time: `core::time::Duration`, by a name that is the same everywhere in the core.
//!
//! In the npm package it is another type, a number of milliseconds, as JavaScript counts time. Whole seconds and nanoseconds with 64 bits
//! would be 940 bytes of WebAssembly (after compression), and 2 KB of the engine as JavaScript, which has no such integers. The build
//! sets `times_are_numbers` for it.

#[cfg(not(times_are_numbers))]
pub use core::time::Duration;

#[cfg(times_are_numbers)]
pub use self::number::Milliseconds as Duration;

/// The time of so many milliseconds, which are not negative.
#[cfg(not(times_are_numbers))]
pub fn from_milliseconds(milliseconds: f64) -> Duration {
    Duration::from_micros((milliseconds * 1000.0) as u64)
}

/// How many milliseconds it has.
#[cfg(not(times_are_numbers))]
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The same in whole ones, or the most that the type can hold. The compiler removes the conversion where a number of milliseconds
/// became a `Duration` before.
#[cfg(not(times_are_numbers))]
#[inline]
pub(crate) const fn whole_milliseconds(time: Duration) -> u32 {
    let milliseconds = time.as_secs().saturating_mul(1000).saturating_add(time.subsec_millis() as u64);
    if milliseconds > u32::MAX as u64 { u32::MAX } else { milliseconds as u32 }
}

#[cfg(times_are_numbers)]
pub use self::number::{from_milliseconds, milliseconds, whole_milliseconds};

#[cfg(any(test, times_are_numbers))]
pub mod number {
    use core::cmp::Ordering;
    use core::ops::{Add, Sub};

    /// A time in milliseconds, which are not negative, with the methods of `core::time::Duration` that the core uses.
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub struct Milliseconds(f64);

    pub const fn from_milliseconds(milliseconds: f64) -> Milliseconds {
        Milliseconds(milliseconds)
    }

    pub const fn milliseconds(time: Milliseconds) -> f64 {
        time.0
    }

    pub const fn whole_milliseconds(time: Milliseconds) -> u32 {
        time.0 as u32
    }

    impl Milliseconds {
        pub const ZERO: Self = Self(0.0);

        pub const MAX: Self = Self(f64::INFINITY);

        pub const fn from_secs(seconds: u64) -> Self {
            Self(seconds as f64 * 1000.0)
        }

        pub const fn from_millis(milliseconds: u64) -> Self {
            Self(milliseconds as f64)
        }

        pub const fn as_millis(&self) -> u128 {
            self.0 as u128
        }

        pub const fn is_zero(&self) -> bool {
            self.0 == 0.0
        }

        pub const fn saturating_add(self, other: Self) -> Self {
            Self(self.0 + other.0)
        }

        pub const fn saturating_sub(self, other: Self) -> Self {
            if other.0 < self.0 { Self(self.0 - other.0) } else { Self::ZERO }
        }
    }

    impl Default for Milliseconds {
        fn default() -> Self {
            Self::ZERO
        }
    }

    /// It is never NaN.
    impl Eq for Milliseconds {}

    impl Ord for Milliseconds {
        fn cmp(&self, other: &Self) -> Ordering {
            self.0.partial_cmp(&other.0).unwrap_or(Ordering::Equal)
        }

        fn max(self, other: Self) -> Self {
            if self.0 < other.0 { other } else { self }
        }

        fn min(self, other: Self) -> Self {
            if other.0 < self.0 { other } else { self }
        }
    }

    /// Each operator by itself is one instruction.
    impl PartialOrd for Milliseconds {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }

        fn lt(&self, other: &Self) -> bool {
            self.0 < other.0
        }

        fn le(&self, other: &Self) -> bool {
            self.0 <= other.0
        }

        fn gt(&self, other: &Self) -> bool {
            self.0 > other.0
        }

        fn ge(&self, other: &Self) -> bool {
            self.0 >= other.0
        }
    }

    impl Add for Milliseconds {
        type Output = Self;

        fn add(self, other: Self) -> Self {
            self.saturating_add(other)
        }
    }

    impl Sub for Milliseconds {
        type Output = Self;

        fn sub(self, other: Self) -> Self {
            self.saturating_sub(other)
        }
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::number::Milliseconds;

    /// The times that the core handles, and their edges.
    const TIMES: [u64; 8] = [0, 1, 250, 999, 1_000, 3_000, 2_147_483_647, 4_294_967_295];

    #[test]
    fn milliseconds_are_what_durations_are() {
        for one in TIMES {
            let (number, time) = (Milliseconds::from_millis(one), Duration::from_millis(one));
            assert_eq!(number.as_millis(), time.as_millis());
            assert_eq!(number.is_zero(), time.is_zero());
            assert_eq!(super::number::whole_milliseconds(number), super::whole_milliseconds(time));
            assert_eq!(super::number::milliseconds(number), super::milliseconds(time));
            assert_eq!(super::number::from_milliseconds(one as f64), number);
            assert_eq!(super::from_milliseconds(one as f64), time);
            assert!(number < Milliseconds::MAX && number.saturating_add(Milliseconds::MAX) == Milliseconds::MAX);
            for other in TIMES {
                let (second, other) = (Milliseconds::from_millis(other), Duration::from_millis(other));
                assert_eq!((number + second).as_millis(), (time + other).as_millis());
                assert_eq!(number.saturating_sub(second).as_millis(), time.saturating_sub(other).as_millis());
                assert_eq!(number.max(second).as_millis(), time.max(other).as_millis());
                assert_eq!(number.min(second).as_millis(), time.min(other).as_millis());
                assert_eq!(number.cmp(&second), time.cmp(&other));
                assert_eq!([number < second, number <= second], [time < other, time <= other]);
                assert_eq!([number > second, number >= second], [time > other, time >= other]);
            }
        }
        assert_eq!(Milliseconds::from_secs(3), Milliseconds::from_millis(3_000));
        assert_eq!(Milliseconds::default(), Milliseconds::ZERO);
    }

    #[test]
    fn whole_milliseconds_have_a_limit() {
        for time in [Duration::MAX, Duration::from_millis(u64::from(u32::MAX) + 1)] {
            assert_eq!(super::whole_milliseconds(time), u32::MAX);
        }
        assert_eq!(super::number::whole_milliseconds(Milliseconds::MAX), u32::MAX);
        assert_eq!(super::whole_milliseconds(Duration::from_nanos(1_999_999_999)), 1_999);
    }
}
