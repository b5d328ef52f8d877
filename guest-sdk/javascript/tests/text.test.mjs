/** @file Wording, times and what is found. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { told } from "../nudged/failure.js";
import { finding } from "../nudged/finding.js";
import { counted, date, dateAndTime, days, daysBetween, shortened } from "../nudged/text.js";
import { toDay, toInstant, toMillis } from "../nudged/time.js";

test("dates and lengths read well", () => {
    const at = new Date("2026-05-02T07:05:59Z");
    assert.equal(date(at), "2 May 2026");
    assert.equal(dateAndTime(at), "2 May 2026, 07:05 UTC");
    assert.deepEqual([-1, 0, 1, 23].map(days), ["less than a day", "less than a day", "1 day", "23 days"]);
    assert.equal(daysBetween(at, new Date("2026-05-04T07:05:58Z")), 1);
    assert.deepEqual([counted(1, "item"), counted(0, "item")], ["1 item", "0 items"]);
});

test("long texts are cut between characters", () => {
    assert.equal(shortened("año", 3), "año");
    assert.equal(shortened("😀😀 😀", 3), "😀😀…");
});

test("instants and days are dates, whatever the engine hands over", () => {
    assert.deepEqual([toInstant(1), toInstant(1n), toInstant(undefined)], [new Date(1), new Date(1), null]);
    assert.equal(toDay(20591).toISOString(), "2026-05-18T00:00:00.000Z");
    assert.equal(toDay(-1).toISOString(), "1969-12-31T00:00:00.000Z");
    assert.deepEqual([toDay(null), toDay(undefined), toInstant(null)], [null, null, null]);
    assert.deepEqual([toMillis(new Date(-1)), toMillis(null)], [-1, undefined]);
    assert.throws(() => toMillis(new Date("nonsense")), TypeError);
});

test("what no Date can hold is the nearest that it can", () => {
    const far = [-(2n ** 63n), -(2n ** 53n) - 1n, 2n ** 53n + 1n, 2n ** 63n - 1n];
    assert.deepEqual(far.map((millis) => toInstant(millis).getTime()), [-8.64e15, -8.64e15, 8.64e15, 8.64e15]);
    assert.deepEqual([-(2 ** 31), 2 ** 31 - 1].map((days) => toDay(days).getTime()), [-8.64e15, 8.64e15]);
});

test("a fact that is blank is left out", () => {
    const found = finding("a", "b", "c", { facts: { Team: "sales", Purpose: " ", Items: 3, Since: null } });
    assert.deepEqual(found.facts, [["Team", "sales"], ["Items", "3"]]);
    assert.deepEqual(finding("a", "b", "c").roles, []);
});

test("an exception is told with its place, and what is no exception as it is", () => {
    assert.match(told(new TypeError("no")), /^TypeError: no\n {2}.*text\.test\.mjs/s);
    assert.equal(told("a text"), "a text");
    assert.equal(told({ a: 1 }), 'threw {"a":1}');
});
