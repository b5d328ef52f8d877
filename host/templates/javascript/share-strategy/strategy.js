/** @file Requests that say nothing of what the data is wanted for. */

import { days, daysBetween, finding, shareStrategy } from "./vendor/nudged/strategy.js";

/** What a reminder may set. */
const parameters = {
    type: "object",
    properties: {
        after_days: {
            type: "integer", minimum: 0, default: 2,
            description: "Days that a requester has to say it.",
        },
    },
    additionalProperties: false,
};

export const { plugin, shareEvaluation } = shareStrategy({
    manifest: {
        name: "{{ name }}",
        version: "0.1.0",
        licence: "Apache-2.0",
        reads: { statuses: ["Submitted"] },
        parameters,
        budget: { "item-bytes": 16384, "first-call-millis": 100 },
    },

    evaluate(share, context) {
        const since = share.since;
        const age = daysBetween(since, context.now);
        const { after_days = 2 } = context.parameters;
        if (age < after_days || share.purpose.trim() !== "") {
            return null;
        }
        return finding(
            "no-purpose",
            `Request for ${share.datasetLabel} without a purpose`,
            `The request has waited ${days(age)} and does not say what the data is for.`,
            { since, roles: ["requester"], facts: { Team: share.requesters } },
        );
    },
});
