/** @file Text as bytes: QuickJS has neither TextEncoder nor TextDecoder. */

/**
 * The value as a text that can cross the border. Half a pair of surrogates is no character: it becomes the replacement
 * character.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function wellFormed(value) {
    return String(value).toWellFormed();
}

/**
 * @param {string} text
 * @returns {Uint8Array}
 */
export function encode(text) {
    const escaped = encodeURIComponent(wellFormed(text));
    const bytes = [];
    for (let at = 0; at < escaped.length; at += 1) {
        if (escaped[at] === "%") {
            bytes.push(parseInt(escaped.slice(at + 1, at + 3), 16));
            at += 2;
        } else {
            bytes.push(escaped.charCodeAt(at));
        }
    }
    return Uint8Array.from(bytes);
}

/**
 * What is not UTF-8 becomes replacement characters.
 *
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function decode(bytes) {
    const characters = [];
    for (let at = 0; at < bytes.length; ) {
        const { character, length } = first(bytes, at);
        characters.push(character);
        at += length;
    }
    return characters.join("");
}

/** The character that begins here, and how many bytes it takes. */
function first(bytes, at) {
    const lead = bytes[at];
    if (lead < 0x80) {
        return { character: String.fromCharCode(lead), length: 1 };
    }
    const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    const escaped = Array.from(bytes.slice(at, at + length), (byte) => `%${byte.toString(16).padStart(2, "0")}`);
    try {
        return { character: decodeURIComponent(escaped.join("")), length };
    } catch {
        return { character: "\ufffd", length: 1 };
    }
}
