/**
 * @file E-mail through the operator's relay, to the notification's recipient and nobody else. The manifest asks for it:
 * `asks: ["mail"]`.
 */

import { send as post } from "nudged:plugin/mail@0.1.0";

import { wellFormed } from "./utf8.js";

/**
 * Sends, and says what came of it. Once a call. The daemon adds From, To, Date, the Message-ID and References.
 *
 * @param {object} message
 * @param {string} message.subject
 * @param {string} message.text
 * @param {string} [message.html]
 * @param {Object<string, string>} [message.headers] Auto-Submitted, Importance, Precedence, Priority, X-Priority, List-* and
 *     X-Nudged-*, with values of printable ASCII.
 * @returns {import("./outcome.js").Outcome}
 */
export function send({ subject, text, html, headers = {} }) {
    return post({
        subject: wellFormed(subject),
        text: wellFormed(text),
        html: html == null ? undefined : wellFormed(html),
        headers: Object.entries(headers).map(([name, value]) => [wellFormed(name), wellFormed(value)]),
    });
}
