/** @file Stacks that failed, with what CloudFormation said. */

import { finding, stackStrategy } from "./vendor/nudged/strategy.js";

export const { plugin, stackEvaluation } = stackStrategy({
    manifest: {
        name: "{{ name }}",
        version: "0.1.0",
        licence: "Apache-2.0",
        reads: { statuses: ["CREATE_FAILED", "DELETE_FAILED"] },
        budget: { "item-bytes": 16384, "first-call-millis": 100 },
    },

    evaluate(stack) {
        const label = stack.targetLabel.trim() || "something without a name";
        return finding(
            "stack-failed",
            `The stack of ${label} failed`,
            `CloudFormation reports ${stack.status} for ${label}.`,
            { roles: ["producers"], facts: { Region: stack.region, Error: stack.error } },
        );
    },
});
