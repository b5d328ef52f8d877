/** @file One message for one recipient, as a channel sees it. */

import { toInstant } from "./time.js";
import { wellFormed } from "./utf8.js";

/**
 * One message for one recipient, with one or more reminders in it. Every property asks the daemon: keep what is needed twice.
 * **All texts come from databases and people: escape them for where they are put.**
 */
export class Notification {
    #host;

    constructor(host) {
        this.#host = host;
        /** @type {Object<string, any>} The channel's `parameters`, which fit the manifest's schema. */
        this.parameters = JSON.parse(host.parameters());
    }

    /** @type {string} The stable id: a repeated attempt has the same, so that the other side can drop duplicates. */
    get id() {
        return this.#host.id();
    }

    /** @type {string} The channel's name in the configuration. */
    get channel() {
        return this.#host.channel();
    }

    /** @type {Date} When it was decided. A repeated attempt has the same. */
    get decided() {
        return toInstant(this.#host.decided());
    }

    /** @type {string} The recipient's address on this channel. */
    get address() {
        return this.#host.address();
    }

    /** @type {string} A subject line or headline: one line of plain text. */
    get subject() {
        return this.#host.subject();
    }

    /** @type {string} Why this person gets the message, a sentence. */
    get preamble() {
        return this.#host.preamble();
    }

    /** @type {string} The whole message as plain text, always fit to be sent. */
    get text() {
        return this.#host.text();
    }

    /** @type {string | null} Where the recipient says that they want no more of these, https or mailto. */
    get unsubscribe() {
        return this.#host.unsubscribe() ?? null;
    }

    /** @type {number} How many more reminders the message stands for, less urgent than these, that are not shown. */
    get more() {
        return this.#host.more();
    }

    /** @type {Reminder[]} What is reminded of, worst first; at least one. */
    get reminders() {
        return Array.from({ length: this.#host.len() }, (_, index) => new Reminder(this.#host, index));
    }

    /**
     * What the operator's template for a part of the message makes of it: `subject`, `text`, `html`, or whatever parts the
     * channel documents. Null if there is no such template or if it failed: the channel's own holds.
     *
     * @param {string} part
     * @returns {string | null}
     */
    wording(part) {
        return this.#host.wording(part) ?? null;
    }

    /**
     * Keeps a text of the channel's own, such as the name that the other side gave to the message, at most 1,000 bytes: once
     * the notification is delivered, {@link Reminder.thread} gives it back to those that tell of the same again.
     *
     * @param {string} receipt
     */
    keep(receipt) {
        this.#host.keep(wellFormed(receipt));
    }
}

/** One finding as the recipient is told of it. */
export class Reminder {
    #host;
    #index;

    constructor(host, index) {
        this.#host = host;
        this.#index = index;
    }

    /** @type {string} What is reminded of: `share:<uri>`, `stack:<uri>`, `record:<source>:<id>`. */
    get item() {
        return this.#host.item(this.#index);
    }

    /** @type {string} The reminder's name in the configuration. */
    get reminder() {
        return this.#host.reminder(this.#index);
    }

    /** @type {string} `reminder`, `escalation`, `closing` ("this is over") or `action` ("this was done"). */
    get notice() {
        return this.#host.notice(this.#index);
    }

    /** @type {string} The finding's reason code. */
    get reason() {
        return this.#host.reason(this.#index);
    }

    /** @type {Date} The episode: when the item entered the state that is told of. */
    get since() {
        return toInstant(this.#host.since(this.#index));
    }

    /** @type {Date | null} After this instant acting is too late. */
    get deadline() {
        return toInstant(this.#host.deadline(this.#index));
    }

    /** @type {string | null} What data.all's pages know the item by: `<shareUri>|<datasetUri>` for a share. */
    get target() {
        return this.#host.target(this.#index) ?? null;
    }

    /** @type {string} A headline: the dataset's name and what is wrong. */
    get title() {
        return this.#host.title(this.#index);
    }

    /** @type {string} The strategy's sentence. */
    get sentence() {
        return this.#host.sentence(this.#index);
    }

    /** @type {string} `info`, `warning` or `critical`. */
    get severity() {
        return this.#host.severity(this.#index);
    }

    /** @type {string | null} Where to act; http or https. */
    get link() {
        return this.#host.link(this.#index) ?? null;
    }

    /** @type {number} 1 for the first time that this recipient is told, 2 for the second … */
    get ordinal() {
        return this.#host.ordinal(this.#index);
    }

    /** @type {Date | null} When this recipient was told first, unless this is the first time. */
    get firstSent() {
        return toInstant(this.#host.firstSent(this.#index));
    }

    /** @type {string} "reminder 3, first sent on 12 May 2026", or empty the first time. */
    get history() {
        return this.#host.history(this.#index);
    }

    /** @type {string | null} What the channel kept when it told this recipient of the same for the first time: see `keep`. */
    get thread() {
        return this.#host.thread(this.#index) ?? null;
    }

    /** @type {[string, string][]} Facts to show, name and value, in order. */
    get facts() {
        return this.#host.facts(this.#index);
    }
}
