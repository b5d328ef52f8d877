/** @file Reads and writes the binary form of WebAssembly, as far as `borrows.mjs` needs it. */

/** Reads from a place in a binary onwards. */
export class Reader {
    constructor(binary, at = 0) {
        this.binary = binary;
        this.at = at;
    }

    get atEnd() {
        return this.at >= this.binary.length;
    }

    byte() {
        return this.binary[this.at++];
    }

    /** Seven bits a byte, the lowest first. */
    number() {
        let [value, factor, byte] = [0, 1, 0];
        do {
            byte = this.byte();
            value += (byte & 0x7f) * factor;
            factor *= 128;
        } while (byte & 0x80);
        return value;
    }

    bytes(length) {
        this.at += length;
        return this.binary.subarray(this.at - length, this.at);
    }

    rest() {
        return this.bytes(this.binary.length - this.at);
    }

    text() {
        return Buffer.from(this.bytes(this.number())).toString("utf8");
    }

    /** As many items as a number before them says. */
    vector(item) {
        return Array.from({ length: this.number() }, () => item(this));
    }

    /** What an import is, without what else is said of it. */
    imported() {
        const kind = this.byte();
        switch (kind) {
            case 0:
                this.number();
                return "function";
            case 1:
                this.byte();
                this.limits();
                return "table";
            case 2:
                this.limits();
                return "memory";
            case 3:
                this.bytes(2);
                return "global";
            default:
                throw new Error(`an import of the unknown kind ${kind}`);
        }
    }

    limits() {
        const hasMost = (this.byte() & 1) === 1;
        this.number();
        if (hasMost) {
            this.number();
        }
    }
}

/** The number in as few bytes as it takes. */
export function number(value) {
    const bytes = [];
    for (; value > 0x7f; value = Math.floor(value / 128)) {
        bytes.push(0x80 | (value % 128));
    }
    return Buffer.of(...bytes, value);
}

/** The text with its length before it. */
export function text(value) {
    const bytes = Buffer.from(value, "utf8");
    return Buffer.concat([number(bytes.length), bytes]);
}
