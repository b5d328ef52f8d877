/**
 * @file HTTP to the hosts that the operator grants to the plugin. The manifest asks for it: `asks: ["http"]`.
 *
 * Secrets go by name: the daemon fills them in once it knows where the request goes. What is not granted ends the call.
 */

import { Request } from "nudged:plugin/http@0.1.0";

import { delivered, rejected, retry } from "./outcome.js";
import { shortened } from "./text.js";
import { decode, encode, wellFormed } from "./utf8.js";

/** Characters of an answer that an outcome quotes: enough for an error message, too few for a page. */
const QUOTED = 200;

/** Statuses that may pass; every other that is not 2xx is final. */
const PASSING = [408, 425, 429];

/** There is no answer: whoever does not catch it has the notification tried again later. */
export class NoAnswer extends Error {
    constructor({ kind, detail }) {
        super(`${kind}: ${detail}`);
        /** @type {string} `resolve`, `connect`, `tls`, `send`, `timeout`, `answer` (broken off or malformed), … */
        this.kind = kind;
    }
}

/**
 * Sends a request, within the time that is left to the call; at most 8 a call. A redirect is an answer.
 *
 * @param {string} method
 * @param {string} url http or https, or `secret:<name>` where the whole URL is one of the channel's secrets.
 * @param {object} [options]
 * @param {Object<string, string>} [options.headers] Header fields. Host, Content-Length and the like are the daemon's.
 * @param {Object<string, [prefix: string, secret: string]>} [options.secretHeaders] Header fields that end in one of the
 *     channel's secrets: `{ authorization: ["Bearer ", "token"] }`.
 * @param {any} [options.json] The body, as JSON.
 * @param {string | Uint8Array} [options.body] The body, at most 4 MiB.
 * @param {string[]} [options.sign] Has the daemon sign the request after Standard Webhooks with each of these secrets.
 * @returns {Response}
 * @throws {NoAnswer}
 */
export function request(method, url, { headers = {}, secretHeaders = {}, json, body, sign = [] } = {}) {
    const wire = new Request(method, wellFormed(url));
    const typed = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
    if (json !== undefined && !typed) {
        wire.header("content-type", "application/json");
    }
    for (const [name, value] of Object.entries(headers)) {
        wire.header(name, wellFormed(value));
    }
    for (const [name, [prefix, secret]] of Object.entries(secretHeaders)) {
        wire.secretHeader(name, prefix, secret);
    }
    wire.body(bytes(json === undefined ? (body ?? "") : JSON.stringify(json)));
    if (sign.length > 0) {
        wire.sign(sign);
    }
    try {
        return new Response(wire.send());
    } catch (error) {
        throw unanswered(error);
    }
}

/** What the other side answered. */
export class Response {
    #wire;

    constructor(wire) {
        this.#wire = wire;
    }

    /** @type {number} */
    get status() {
        return this.#wire.status();
    }

    /** @type {number | null} What Retry-After comes to, in seconds from now. */
    get retryAfter() {
        return this.#wire.retryAfter() ?? null;
    }

    /** @type {Uint8Array} The body, at most 1 MiB; the channel's secrets are blotted out. */
    get body() {
        return Uint8Array.from(this.#wire.body());
    }

    /**
     * The first header field of this name, whatever its case.
     *
     * @param {string} name
     * @returns {string | null}
     */
    header(name) {
        return this.#wire.header(name) ?? null;
    }

    /** The body as text; what is not UTF-8 becomes replacement characters. */
    text() {
        return decode(this.body);
    }

    /** The body, read as JSON. */
    json() {
        return JSON.parse(this.text());
    }

    /** The status and the beginning of the body on one line, to be an outcome's detail: `404: no such hook`. */
    summary() {
        const body = shortened(this.text().replace(/[\s\p{Cc}]+/gu, " ").trim(), QUOTED);
        return body === "" ? String(this.status) : `${this.status}: ${body}`;
    }

    /**
     * What the answer means, by nudged's rule for all channels: 2xx is delivered; 408, 425, 429 and 5xx may pass; everything
     * else is refused for good, redirects included.
     */
    outcome() {
        const status = this.status;
        if (status >= 200 && status < 300) {
            return delivered(this.summary());
        }
        if (PASSING.includes(status) || (status >= 500 && status < 600)) {
            return retry(this.summary(), { after: this.retryAfter });
        }
        return rejected(this.summary());
    }
}

function bytes(body) {
    return typeof body === "string" ? encode(body) : body;
}

/** What the engine threw, as an author can catch it: the record `failure`, bare or as the payload of an error. */
function unanswered(error) {
    const failure = error?.payload ?? error;
    return failure?.kind === undefined ? error : new NoAnswer(failure);
}
