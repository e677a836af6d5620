//! Periods of the calendar: days since 1970-01-01, gathered into weeks, months and so on.
//!
//! The calendar is the Gregorian one, as in ISO 8601, before its introduction too. Weeks begin on
//! Monday.

use std::str::FromStr;

use crate::error::Error;

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freq {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl FromStr for Freq {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match name {
            "day" => Ok(Self::Day),
            "week" => Ok(Self::Week),
            "month" => Ok(Self::Month),
            "quarter" => Ok(Self::Quarter),
            "year" => Ok(Self::Year),
            _ => Err(Error::unknown_option("freq", name, &["day", "week", "month", "quarter", "year"])),
        }
    }
}

/// From the first Monday, 1969-12-29, to 1970-01-01.
const FROM_MONDAY: i64 = 3;

impl Freq {
    /// The number of the period in which a day lies. Periods that follow each other have numbers that
    /// do.
    pub fn period(self, day: i32) -> i32 {
        let day = i64::from(day);
        let (year, month) = year_and_month(day);
        let period = match self {
            Self::Day => day,
            Self::Week => (day + FROM_MONDAY).div_euclid(7),
            Self::Month => year * 12 + month - 1,
            Self::Quarter => year * 4 + (month - 1) / 3,
            Self::Year => year,
        };
        // Never further from zero than the day itself, but for months and the like near 1970.
        period as i32
    }

    /// The first day of a period.
    pub fn first_day(self, period: i32) -> i32 {
        let period = i64::from(period);
        let day = match self {
            Self::Day => period,
            Self::Week => period * 7 - FROM_MONDAY,
            Self::Month => first_of_month(period.div_euclid(12), period.rem_euclid(12) + 1),
            Self::Quarter => first_of_month(period.div_euclid(4), period.rem_euclid(4) * 3 + 1),
            Self::Year => first_of_month(period, 1),
        };
        day.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
    }
}

/// Four hundred years, after which the calendar repeats itself, in days.
const ERA: i64 = 146_097;
/// From 0000-03-01 to 1970-01-01, in days.
const TO_1970: i64 = 719_468;

/// The year and the month (from 1) of a day.
///
/// After Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that
/// the leap day is their last.
fn year_and_month(day: i64) -> (i64, i64) {
    let day = day + TO_1970;
    let (era, day) = (day.div_euclid(ERA), day.rem_euclid(ERA));
    let year = (day - day / 1460 + day / 36_524 - day / (ERA - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month)
}

/// The first day of a month (from 1).
fn first_of_month(year: i64, month: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let months = if month > 2 { month - 3 } else { month + 9 };
    let day = 365 * year + year / 4 - year / 100 + (153 * months + 2) / 5;
    era * ERA + day - TO_1970
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Freq; 5] = [Freq::Day, Freq::Week, Freq::Month, Freq::Quarter, Freq::Year];

    #[test]
    fn known_days() {
        assert_eq!(first_of_month(1970, 1), 0);
        assert_eq!(first_of_month(2000, 3), 11_017);
        assert_eq!(first_of_month(1600, 1), -135_140);
        assert_eq!(year_and_month(11_016), (2000, 2));
        // Thursday, and the Monday before it.
        assert_eq!(Freq::Week.first_day(Freq::Week.period(0)), -3);
        assert_eq!(Freq::Week.first_day(Freq::Week.period(4)), 4);
    }

    #[test]
    fn periods_follow_each_other_without_a_gap() {
        for freq in ALL {
            for day in (-200_000..200_000).chain(2_932_890..2_932_900) {
                let period = freq.period(day);
                assert!(freq.first_day(period) <= day && day < freq.first_day(period + 1));
                assert!((0..=1).contains(&(freq.period(day + 1) - period)));
            }
        }
    }

    #[test]
    fn days_out_of_all_reason_do_no_harm() {
        for freq in ALL {
            for day in [i32::MIN, i32::MIN + 1, i32::MAX] {
                freq.first_day(freq.period(day));
            }
        }
    }
}
