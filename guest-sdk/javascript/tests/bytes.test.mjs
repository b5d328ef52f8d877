/** @file Texts as bytes, and components. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { givingBack } from "../nudged/borrows.mjs";
import { Reader, number, text } from "../nudged/leb128.mjs";
import { decode, encode } from "../nudged/utf8.js";

test("texts become the bytes that everybody else makes of them, and back", () => {
    const long = "Größe: 5 € 😀 %25\n".repeat(50);
    assert.deepEqual(encode(long), new TextEncoder().encode(long));
    assert.equal(decode(encode(long)), long);
    assert.deepEqual([encode(""), decode(new Uint8Array())], [new Uint8Array(), ""]);
});

test("what is no text becomes replacement characters", () => {
    assert.equal(decode(Uint8Array.of(0x61, 0xff, 0xc3, 0x62, 0xe2, 0x82)), "a\ufffd\ufffdb\ufffd\ufffd");
});

test("numbers and texts of WebAssembly are read as they are written", () => {
    for (const value of [0, 127, 128, 300, 2 ** 21, 2 ** 32 - 1]) {
        assert.equal(new Reader(number(value)).number(), value);
    }
    assert.equal(new Reader(text("müde")).text(), "müde");
});

test("a component that is laid out in another way is not passed on as it is", () => {
    const empty = Buffer.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
    assert.throws(() => givingBack(empty), /lays components out in another way/);
});
