/**
 * @file What a strategy is written with: one function that looks at one item.
 *
 * ```js
 * import { finding, shareStrategy } from "./vendor/nudged/strategy.js";
 *
 * export const { plugin, shareEvaluation } = shareStrategy({
 *     manifest: { name: "no-purpose", version: "0.1.0", reads: { statuses: ["Submitted"] } },
 *     evaluate(share, context) {
 *         if (share.purpose === "") {
 *             return finding("no-purpose", "A request says no purpose", `${share.owner} asks without a reason.`);
 *         }
 *     },
 * });
 * ```
 */

import { Context } from "./context.js";
import { describing } from "./manifest.js";
import { Record } from "./record.js";
import { Share } from "./share.js";
import { Stack } from "./stack.js";
import { told } from "./failure.js";
import { wellFormed } from "./utf8.js";
import { findings, wire } from "./wire.js";

export { finding } from "./finding.js";
export { log } from "./log.js";
export * from "./text.js";

/** @typedef {import("./finding.js").Finding} Finding */
/** @typedef {import("./manifest.js").Manifest} Manifest */

/**
 * @template Item
 * @typedef {object} Strategy
 * @property {Manifest} manifest What the plugin says of itself.
 * @property {(item: Item, context: Context) => Finding | Finding[] | null | undefined} evaluate What is wrong with the item:
 *     at most one finding for each reason, or nothing. An exception fails the whole batch: it is for what must not happen.
 */

/**
 * A strategy over shares: its result is exported under the names that it has.
 *
 * @param {Strategy<Share>} strategy
 */
export function shareStrategy(strategy) {
    return {
        plugin: describing("share-strategy", strategy.manifest),
        shareEvaluation: evaluating(strategy, Share),
    };
}

/**
 * A strategy over stacks: its result is exported under the names that it has.
 *
 * @param {Strategy<Stack>} strategy
 */
export function stackStrategy(strategy) {
    return {
        plugin: describing("stack-strategy", strategy.manifest),
        stackEvaluation: evaluating(strategy, Stack),
    };
}

/**
 * A strategy over records: its result is exported under the names that it has.
 *
 * @param {Strategy<Record>} strategy
 */
export function recordStrategy(strategy) {
    return {
        plugin: describing("record-strategy", strategy.manifest),
        recordEvaluation: evaluating(strategy, Record),
    };
}

/** The interface that the daemon calls with a whole batch. */
function evaluating({ evaluate }, Item) {
    return {
        evaluate(batch, asked) {
            const context = new Context(asked);
            const found = [];
            const length = batch.len();
            for (let index = 0; index < length; index += 1) {
                found.push(...judged(evaluate, new Item(batch, index), index, context));
            }
            return found;
        },
    };
}

/** What the author's function finds, as it crosses the border. What it throws names the item: a thrown text is an `err`. */
function judged(evaluate, item, index, context) {
    try {
        return findings(evaluate(item, context)).map((finding) => wire(index, finding));
    } catch (error) {
        throw wellFormed(`${item.key}: ${told(error)}`);
    }
}
