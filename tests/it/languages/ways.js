/** @file A channel that sends in the way that it is told, with all that there is to know of the notification. */

import { channel, delivered, http, inbox, log, mail, rejected, retry } from "./vendor/nudged/channel.js";

const HALF = "a\ud83d";

const ways = {
    http(notification) {
        const answer = http.request("PUT", "secret:hook", {
            headers: { "X-Number": 7 },
            secretHeaders: { authorization: ["Bearer ", "token"] },
            json: everything(notification),
            sign: ["old", "new"],
        });
        notification.keep(answer.header("X-Id"));
        log.info(`was sent ${HALF}`);
        return delivered(`${answer.status} ${answer.header("x-none")} ${answer.json().said} ${answer.body.length}`);
    },
    bytes(notification) {
        http.request("POST", "https://x.test/", { body: `${HALF} ñ` });
        http.request("POST", "https://x.test/", { body: Uint8Array.of(0xc3, 0xb1) });
        try {
            http.request("GET", "https://x.test/");
        } catch (error) {
            notification.keep(`${error.kind}: ${error.message}`);
        }
        return http.request("GET", "https://x.test/").outcome();
    },
    mail: ({ subject, text }) =>
        mail.send({ subject, text, html: `<p>${HALF}</p>`, headers: { "X-Nudged-Kind": "ü".length } }),
    plain: ({ subject, text }) => mail.send({ subject, text }),
    inbox: ({ reminders }) =>
        inbox.post(reminders.map(({ sentence: message, target }) => ({ kind: "nudged", message, target }))),
    later: () => retry("busy"),
    never: () => rejected(HALF),
};

function everything(notification) {
    const { id, channel, decided, address, subject, preamble, text, unsubscribe, more, reminders } = notification;
    const wordings = ["subject", "html"].map((part) => notification.wording(part));
    const all = { id, channel, decided, address, subject, preamble, text, unsubscribe, more, wordings };
    return { ...all, reminders: reminders.map(told) };
}

function told(one) {
    const { item, reminder, notice, reason, since, deadline, target, title, sentence, severity } = one;
    const { link, ordinal, firstSent, history, thread, facts } = one;
    const first = { item, reminder, notice, reason, since, deadline, target, title, sentence, severity };
    return { ...first, link, ordinal, firstSent, history, thread, facts };
}

export const { plugin, delivery } = channel({
    manifest: { name: "example", version: "0.1.0", asks: ["http", "inbox", "mail"] },
    send: (notification) => ways[notification.parameters.way](notification),
});
