/** @file Times as they cross the border, and as authors see them: `Date`, and for a calendar day midnight in UTC. */

const DAY = 86_400_000;

/** What `Date` can hold on each side of 1970. */
const FARTHEST = 8.64e15;

/**
 * The instant that is this many milliseconds after 1970; what `Date` cannot hold is the nearest that it can. Engines hand
 * over a number or a BigInt.
 *
 * @param {number | bigint | null | undefined} millis
 * @returns {Date | null}
 */
export function toInstant(millis) {
    return millis == null ? null : dated(Number(millis));
}

/**
 * The day that is this many days after 1970-01-01.
 *
 * @param {number | null | undefined} days
 * @returns {Date | null}
 */
export function toDay(days) {
    return days == null ? null : dated(days * DAY);
}

/**
 * The instant as it crosses the border.
 *
 * @param {Date | null | undefined} instant
 * @returns {number | undefined}
 */
export function toMillis(instant) {
    if (instant == null) {
        return undefined;
    }
    if (Number.isNaN(Number(instant))) {
        throw new TypeError("an instant is no valid Date");
    }
    return Math.trunc(Number(instant));
}

/**
 * Whole days from one instant or day to another, rounded down.
 *
 * @param {Date} from
 * @param {Date} to
 * @returns {number}
 */
export function daysBetween(from, to) {
    return Math.floor((to - from) / DAY);
}

function dated(millis) {
    return new Date(Math.min(Math.max(millis, -FARTHEST), FARTHEST));
}
