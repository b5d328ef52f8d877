/** @file What a plugin says of itself. */

/**
 * A plugin's manifest. The kind is added by the function that takes it.
 *
 * @typedef {object} Manifest
 * @property {string} name `[a-z][a-z0-9-]*`: what the configuration calls the plugin.
 * @property {string} version A semantic version.
 * @property {string} [licence] An SPDX expression.
 * @property {Reads} [reads] What a strategy wants to see; all, if nothing is said.
 * @property {object} [parameters] The JSON Schema of the plugin's parameters; any object, if nothing is said.
 * @property {string[]} [proposes] What a strategy's findings may propose that the daemon does: `revoke`.
 * @property {("http" | "inbox" | "mail")[]} [asks] What a channel wants to send through; the operator grants it.
 * @property {string[]} [hosts] The only hosts that a channel sends requests to, as operators grant them.
 * @property {string[]} [secrets] The only secrets that a channel has filled in.
 * @property {Budget} [budget] What calls may cost, for `nudged plugin bench`; the daemon passes it over.
 */

/**
 * Which items the daemon reads for a strategy: those that fit all that is said.
 *
 * @typedef {object} Reads
 * @property {string[]} [statuses] Statuses of shares or stacks, as data.all spells them.
 * @property {string[]} [kinds] Kinds of stacks: `dataset`, `environment` …
 * @property {number} ["expires-within-days"] Only shares whose last day of access is at most so many days ahead, or past.
 * @property {boolean} ["extension-asked"] Only shares whose extension was asked for and is not decided yet.
 * @property {string[]} ["item-statuses"] Only shares with an item in one of these statuses.
 * @property {string[]} ["item-health"] Only shares with an item of this health: `Unhealthy` …
 * @property {string[]} [fields] Costly extras: `items` loads the shares' items.
 */

/**
 * What calls may cost where the author measures them.
 *
 * @typedef {object} Budget
 * @property {number} ["item-micros"] Microseconds for each item of a full batch.
 * @property {number} ["item-bytes"] Bytes of memory for each item of a full batch.
 * @property {number} ["first-call-millis"] Milliseconds of the first call.
 */

/**
 * The interface that the daemon asks first.
 *
 * @param {string} kind
 * @param {Manifest} manifest
 */
export function describing(kind, manifest) {
    return { describe: () => JSON.stringify({ ...manifest, kind }) };
}
