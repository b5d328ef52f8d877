/** @file Rows whose date has passed. */

import { date, finding, recordStrategy } from "./vendor/nudged/strategy.js";

/** What a reminder may set. */
const parameters = {
    type: "object",
    properties: {
        column: { type: "string", format: "column", description: "The column that holds the date." },
    },
    required: ["column"],
    additionalProperties: false,
};

export const { plugin, recordEvaluation } = recordStrategy({
    manifest: {
        name: "{{ name }}",
        version: "0.1.0",
        licence: "Apache-2.0",
        parameters,
        budget: { "item-bytes": 16384, "first-call-millis": 100 },
    },

    evaluate(record, context) {
        const due = record.day(context.parameters.column);
        if (due === null || due >= context.today) {
            return null;
        }
        return finding("overdue", `${record.id} is overdue`, `It was due on ${date(due)}.`, { roles: ["owner"] });
    },
});
