/** @file What a strategy may know beside the item. */

import { toDay, toInstant } from "./time.js";

/** The question that is asked about each item of a batch. */
export class Context {
    constructor({ now, today, parameters, attributes }) {
        /** @type {Date} The scan's one and only clock reading: `new Date()` would say something else with each call. */
        this.now = toInstant(now);
        /** @type {Date} The calendar day of `now` in the source's zone, as midnight in UTC. */
        this.today = toDay(today);
        /** @type {Object<string, any>} The reminder's `parameters`, which fit the manifest's schema. */
        this.parameters = JSON.parse(parameters);
        /** @type {Object<string, string>} Facts about the reminder, such as `on-expiry`; there may be more one day. */
        this.attributes = Object.fromEntries(attributes);
    }
}
