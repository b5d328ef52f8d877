/** @file What became of a notification. */

import { wellFormed } from "./utf8.js";

/**
 * @typedef {{ tag: "delivered", val: string } | { tag: "rejected", val: string }
 *     | { tag: "retry", val: { detail: string, after?: number } }} Outcome
 */

/**
 * Accepted by the other side.
 *
 * @param {string} detail Its answer.
 * @returns {Outcome}
 */
export function delivered(detail) {
    return { tag: "delivered", val: wellFormed(detail) };
}

/**
 * Not now: the daemon decides when to try again.
 *
 * @param {string} detail Why, for the operator.
 * @param {{ after?: number | null }} [more] The least wait in seconds, when the other side named one.
 * @returns {Outcome}
 */
export function retry(detail, { after } = {}) {
    return { tag: "retry", val: { detail: wellFormed(detail), after: after ?? undefined } };
}

/**
 * Refused for good.
 *
 * @param {string} detail Why, for the operator.
 * @returns {Outcome}
 */
export function rejected(detail) {
    return { tag: "rejected", val: wellFormed(detail) };
}
