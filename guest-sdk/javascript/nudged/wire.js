/** @file Findings as they cross the border. What is none is told in words: the engine would only say that a type is wrong. */

import { described } from "./failure.js";
import { toMillis } from "./time.js";
import { wellFormed } from "./utf8.js";

/** @typedef {import("./finding.js").Finding} Finding */

/**
 * What a strategy's function returned, as a list of findings.
 *
 * @param {unknown} returned
 * @returns {Finding[]}
 */
export function findings(returned) {
    const found = [returned ?? []].flat();
    for (const one of found) {
        if (typeof one !== "object" || one === null || typeof one.then === "function") {
            throw new TypeError(
                `\`evaluate\` returned ${described(one)}, no finding: return finding(…), a list of them, or null`,
            );
        }
    }
    return found;
}

/**
 * A finding about the item at this place of the batch, as it crosses the border.
 *
 * @param {number} item
 * @param {Finding} finding
 */
export function wire(item, { reason, title, text, since, roles = [], severity = "warning", deadline, action, facts = [] }) {
    if (!Array.isArray(roles)) {
        throw new TypeError(`the finding's roles are ${described(roles)}, no list of texts`);
    }
    return {
        item,
        reason: told("reason", reason),
        since: toMillis(since),
        roles: roles.map((role) => told("role", role)),
        severity: told("severity", severity),
        title: told("title", title),
        text: told("text", text),
        deadline: toMillis(deadline),
        action: action == null ? undefined : told("action", action),
        attributes: facts.map(([name, value]) => [wellFormed(name), wellFormed(value)]),
    };
}

function told(key, value) {
    if (typeof value !== "string") {
        throw new TypeError(`the finding's ${key} is ${described(value)}, no text`);
    }
    return wellFormed(value);
}
