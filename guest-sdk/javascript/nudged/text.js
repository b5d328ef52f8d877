/** @file Wording that plugins have in common. */

import { daysBetween } from "./time.js";

export { daysBetween };

const MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
];

/**
 * `23 days`, `1 day` or `less than a day`: whole days of 24 hours.
 *
 * @param {number} count As {@link daysBetween} counts them.
 */
export function days(count) {
    if (count < 1) {
        return "less than a day";
    }
    return counted(Math.floor(count), "day");
}

/**
 * `1 item`, `2 items` …
 *
 * @param {number} number
 * @param {string} thing
 */
export function counted(number, thing) {
    return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

/**
 * `12 May 2026`
 *
 * @param {Date} day A day, or an instant, of which its day in UTC is told.
 */
export function date(day) {
    return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
}

/**
 * `12 May 2026, 09:30 UTC`
 *
 * @param {Date} instant
 */
export function dateAndTime(instant) {
    const two = (number) => String(number).padStart(2, "0");
    return `${date(instant)}, ${two(instant.getUTCHours())}:${two(instant.getUTCMinutes())} UTC`;
}

/**
 * The text, or its first `most` characters and `…`.
 *
 * @param {string} text
 * @param {number} most
 */
export function shortened(text, most) {
    const characters = Array.from(text);
    return characters.length <= most ? text : `${characters.slice(0, most).join("").trimEnd()}…`;
}
