//! What `Retry-After` says (RFC 9110, section 10.2.3).

use std::time::Duration;

use crate::model::Instant;

/// Longest wait that is believed: whoever says more is mistaken, and the outbox gives up after two days.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// The wait from now on; `None` if the value says none or makes no sense.
pub(super) fn retry_after(value: &str, now: Instant) -> Option<Duration> {
    let value = value.trim();
    let wait = if value.bytes().all(|byte| byte.is_ascii_digit()) && !value.is_empty() {
        // A number that is too long for the type is a long time.
        Duration::from_secs(value.parse().unwrap_or(u64::MAX))
    } else {
        let at = Instant::from(httpdate::parse_http_date(value).ok()?);
        whole_seconds((at - now).to_std().ok().filter(|wait| !wait.is_zero())?)
    };
    Some(wait.min(LONGEST))
}

/// Whole seconds are all that a guest is told: rounded up, so that nobody comes back before the time.
fn whole_seconds(wait: Duration) -> Duration {
    Duration::from_secs(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_all_forms_of_dates_are_understood() {
        let now: Instant = "1994-11-06T08:49:00Z".parse().expect("an instant");
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let cases = [
            ("0", seconds(0)),
            (" 120 ", seconds(120)),
            ("86401", seconds(86_400)),
            ("99999999999999999999999999", seconds(86_400)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", seconds(37)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", seconds(37)),
            ("Sun Nov  6 08:49:37 1994", seconds(37)),
            ("Thu, 06 Nov 2094 08:49:37 GMT", None), // was a Saturday
            ("Sat, 06 Nov 2094 08:49:37 GMT", seconds(86_400)),
            ("Sun, 06 Nov 1994 08:48:00 GMT", None),
            ("Sun, 06 Nov 1994 08:49:00 GMT", None),
            ("-1", None),
            ("1.5", None),
            ("+5", None),
            ("", None),
            ("soon", None),
            ("Sun, 32 Nov 1994 08:49:37 GMT", None),
        ];
        for (value, expected) in cases {
            assert_eq!(retry_after(value, now), expected, "{value:?}");
        }
    }
}
