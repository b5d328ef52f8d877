/** @file The properties of what authors are handed, held against the interface: a name that is misspelled finds nothing. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Notification, Reminder } from "../nudged/notification.js";
import { Record } from "../nudged/record.js";
import { Share, ShareItem } from "../nudged/share.js";
import { Stack } from "../nudged/stack.js";

/** The functions of a resource, as the engine spells them. */
function declared(file, resource) {
    const wit = readFileSync(new URL(`../../../wit/v0.1/${file}.wit`, import.meta.url), "utf8");
    const [, body] = wit.match(new RegExp(`resource ${resource} \\{(.*?)\\n    \\}`, "s"));
    const names = Array.from(body.matchAll(/^ {8}([a-z-]+): func/gm), ([, name]) => name);
    return names.map((name) => name.replace(/-./g, (part) => part[1].toUpperCase())).sort();
}

/** Those that these objects ask for, when all of theirs is looked at. */
function asked(made) {
    const names = new Set();
    const answers = { parameters: "{}", len: 1, itemCount: 1 };
    const host = new Proxy({}, { get: (_, name) => names.add(name) && (() => answers[name] ?? 0) });
    for (const one of made(host)) {
        const own = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(one));
        for (const [name, { get, value }] of Object.entries(own)) {
            get === undefined ? name !== "constructor" && value.call(one, "x") : get.call(one);
        }
    }
    return Array.from(names).sort();
}

test("each getter of the interface is a property, and no other is asked for", () => {
    const size = (functions) => functions.filter((name) => name !== "len");
    const shares = asked((batch) => [new Share(batch, 0), new ShareItem(batch, 0, 0)]);
    assert.deepEqual(shares, size(declared("shares", "share-batch")));
    assert.deepEqual(asked((batch) => [new Stack(batch, 0)]), size(declared("stacks", "stack-batch")));
    assert.deepEqual(asked((batch) => [new Record(batch, 0)]), size(declared("records", "record-batch")));
    const notification = asked((host) => [new Notification(host), new Reminder(host, 0)]);
    assert.deepEqual(notification, declared("channel", "notification"));
});
