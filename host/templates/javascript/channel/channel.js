/** @file Posts each notification as JSON. */

import { channel, http } from "./vendor/nudged/channel.js";

/** What a channel of the configuration sets. */
const parameters = {
    type: "object",
    properties: {
        url: { type: "string", description: "The name of the secret that holds the whole URL." },
    },
    required: ["url"],
    additionalProperties: false,
};

export const { plugin, delivery } = channel({
    manifest: {
        name: "{{ name }}",
        version: "0.1.0",
        licence: "Apache-2.0",
        asks: ["http"],
        parameters,
        budget: { "first-call-millis": 100 },
    },

    send(notification) {
        const { id, address: to, subject, text } = notification;
        // The plugin never sees the URL: the daemon fills it in.
        const url = `secret:${notification.parameters.url}`;
        return http.request("POST", url, { json: { id, to, subject, text } }).outcome();
    },
});
