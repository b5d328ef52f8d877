/** @file Exceptions as the operator reads them. */

/** The most lines of a stack that are told: the innermost are those that help. */
const FRAMES = 12;

/**
 * What was thrown, and where: the message first, since long texts lose their end.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function told(error) {
    if (!(error instanceof Error)) {
        return typeof error === "string" ? error : `threw ${JSON.stringify(error)}`;
    }
    const frames = (error.stack ?? "").split("\n").map((frame) => frame.trim()).filter(Boolean);
    return [String(error), ...frames.slice(0, FRAMES)].join("\n  ");
}
