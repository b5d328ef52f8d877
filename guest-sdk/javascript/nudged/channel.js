/**
 * @file What a channel is written with: one function that sends one notification.
 *
 * ```js
 * import { channel, http } from "./vendor/nudged/channel.js";
 *
 * export const { plugin, delivery } = channel({
 *     manifest: { name: "hook", version: "0.1.0", asks: ["http"], secrets: ["url"] },
 *     send(notification) {
 *         return http.request("POST", "secret:url", { json: { text: notification.text } }).outcome();
 *     },
 * });
 * ```
 */

import { described, told } from "./failure.js";
import { NoAnswer } from "./http.js";
import { log } from "./log.js";
import { describing } from "./manifest.js";
import { Notification } from "./notification.js";
import { retry } from "./outcome.js";

export * as http from "./http.js";
export * as inbox from "./inbox.js";
export * as mail from "./mail.js";
export { delivered, rejected, retry } from "./outcome.js";
export { log } from "./log.js";
export * from "./text.js";

/** @typedef {import("./manifest.js").Manifest} Manifest */
/** @typedef {import("./outcome.js").Outcome} Outcome */

const OUTCOMES = ["delivered", "retry", "rejected"];

/**
 * A channel: its result is exported under the names that it has.
 *
 * @param {object} channel
 * @param {Manifest} channel.manifest What the plugin says of itself.
 * @param {(notification: Notification) => Outcome} channel.send Sends it, and says what became of it. An exception is the
 *     plugin's fault, and the notification is tried again later; only that a request had no answer is no fault.
 */
export function channel({ manifest, send }) {
    return {
        plugin: describing("channel", manifest),
        delivery: { send: (lent) => sent(send, new Notification(lent)) },
    };
}

/**
 * The outcome. No outcome says "the plugin is broken": what was thrown goes to the log, where the daemon finds it for its
 * record of the attempt, and then ends the call.
 */
function sent(send, notification) {
    try {
        const outcome = send(notification);
        if (!OUTCOMES.includes(outcome?.tag)) {
            const came = described(outcome);
            throw new TypeError(`\`send\` returned ${came}, no outcome: return delivered(…), retry(…) or rejected(…)`);
        }
        return outcome;
    } catch (error) {
        if (error instanceof NoAnswer) {
            return retry(error.message);
        }
        log.error(told(error));
        throw error;
    }
}
