/** @file One row of the operator's own query, as a strategy sees it. */

import { toDay, toInstant } from "./time.js";

/** One record. Every property and function asks the daemon: keep what is needed twice. */
export class Record {
    #batch;
    #index;

    constructor(batch, index) {
        this.#batch = batch;
        this.#index = index;
    }

    /** @type {string} What the daemon calls it: `record:<source>:<id>`. */
    get key() {
        return `record:${this.source}:${this.id}`;
    }

    /** @type {string} The value of the column that names the record within its source. */
    get id() {
        return this.#batch.id(this.#index);
    }

    /** @type {string} The source's name in the configuration. */
    get source() {
        return this.#batch.source(this.#index);
    }

    /** @type {[string, string][]} Names and values of all columns that are not NULL, in the order of the query. */
    get columns() {
        return this.#batch.columns(this.#index);
    }

    /**
     * The column's value as text; null if it is NULL or there is no such column.
     *
     * @param {string} name As the query spells it.
     * @returns {string | null}
     */
    column(name) {
        return this.#batch.column(this.#index, name) ?? null;
    }

    /**
     * The column's value as an instant, null if it is NULL or no date. A timestamp without an offset is one in the source's
     * zone, and a bare date stands for the end of that day there.
     *
     * @param {string} name As the query spells it.
     * @returns {Date | null}
     */
    instant(name) {
        return toInstant(this.#batch.instant(this.#index, name));
    }

    /**
     * The column's value as a calendar day in the source's zone, null if it is NULL or no date.
     *
     * @param {string} name As the query spells it.
     * @returns {Date | null}
     */
    day(name) {
        return toDay(this.#batch.day(this.#index, name));
    }
}
