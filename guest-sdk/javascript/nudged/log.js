/** @file The daemon's log, under the plugin's name. Bounded: what is over the limit is dropped. */

import { log as write } from "nudged:plugin/log@0.1.0";

import { wellFormed } from "./utf8.js";

/** Writes a line at a level: `log.info("…")`. Also the way to look into a plugin at work: there is no `console`. */
export const log = {
    /** @param {string} message */
    error: (message) => write("error", wellFormed(message)),
    /** @param {string} message */
    warn: (message) => write("warn", wellFormed(message)),
    /** @param {string} message */
    info: (message) => write("info", wellFormed(message)),
    /** @param {string} message */
    debug: (message) => write("debug", wellFormed(message)),
    /** @param {string} message */
    trace: (message) => write("trace", wellFormed(message)),
};
