/** @file Exceptions as the operator reads them. */

import { shortened } from "./text.js";

/** The most lines of a stack that are told: the innermost are those that help. */
const FRAMES = 12;

/** Characters of a value that are told. */
const QUOTED = 80;

/**
 * What was thrown, and where: the message first, since long texts lose their end.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function told(error) {
    if (!(error instanceof Error)) {
        return typeof error === "string" ? error : `threw ${written(error)}`;
    }
    const frames = (error.stack ?? "").split("\n").map((frame) => frame.trim()).filter(Boolean);
    return [String(error), ...frames.slice(0, FRAMES)].join("\n  ");
}

/**
 * A value that should have been something else, as a mistake is told.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function described(value) {
    if (value === undefined) {
        return "nothing";
    }
    if (typeof value?.then === "function") {
        return "a promise (a call is answered at once: leave out `async`)";
    }
    return typeof value === "function" ? "a function" : shortened(written(value), QUOTED);
}

/** As JSON where it can be: not what refers to itself, nor a BigInt or a symbol. */
function written(value) {
    try {
        return JSON.stringify(value) ?? String(value);
    } catch {
        return String(value);
    }
}
