/**
 * @file Rows of data.all's table `notification`: what its users see under the bell. The manifest asks for it:
 * `asks: ["inbox"]`.
 */

import { post as write } from "nudged:plugin/inbox@0.1.0";

import { wellFormed } from "./utf8.js";

/**
 * Writes all rows or none; those that a former attempt has written are not written again. The daemon fills in the recipient.
 *
 * @param {{ kind: string, message: string, target?: string | null }[]} entries The type (at most 100 characters), the message
 *     and what it is about, as a reminder's `target` has it.
 * @returns {import("./outcome.js").Outcome}
 */
export function post(entries) {
    return write(
        entries.map(({ kind, message, target }) => ({
            kind: wellFormed(kind),
            message: wellFormed(message),
            target: target == null ? undefined : wellFormed(target),
        })),
    );
}
