/** @file What strategies answer with. */

/**
 * "This item needs attention."
 *
 * @typedef {object} Finding
 * @property {string} reason
 * @property {string} title
 * @property {string} text
 * @property {Date} [since]
 * @property {string[]} roles
 * @property {"info" | "warning" | "critical"} severity
 * @property {Date} [deadline]
 * @property {string} [action]
 * @property {[string, string][]} facts
 */

/**
 * A finding.
 *
 * @param {string} reason Reason code, `[a-z][a-z0-9-]*`, at most 64 bytes: people are told once of each.
 * @param {string} title The headline: what it is about in a few words.
 * @param {string} text One or two plain sentences for the person who has to act.
 * @param {object} [more]
 * @param {Date | null} [more.since] When the item entered the state that is complained of: one that enters it again is a new
 *     case. Without it the daemon counts from when it saw the finding first.
 * @param {string[]} [more.roles] Who should be told: `producers`, `stewards`, `requesters`, `requester`,
 *     `environment-admins`.
 * @param {"info" | "warning" | "critical"} [more.severity] How bad it is.
 * @param {Date | null} [more.deadline] After this instant acting is too late.
 * @param {string} [more.action] What the daemon may do by itself if it is configured to, such as `revoke`.
 * @param {Object<string, string> | [string, string][]} [more.facts] More facts to show, in this order; a blank one is left
 *     out.
 * @returns {Finding}
 */
export function finding(reason, title, text, more = {}) {
    const { since, roles = [], severity = "warning", deadline, action, facts = [] } = more;
    return { reason, title, text, since, roles, severity, deadline, action, facts: shown(facts) };
}

/** Facts as pairs of texts, without blank ones. */
function shown(facts) {
    const pairs = Array.isArray(facts) ? facts : Object.entries(facts);
    return pairs.map(([name, value]) => [String(name), String(value ?? "")]).filter(([, value]) => value.trim() !== "");
}
