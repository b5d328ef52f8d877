/** @file Strategies and channels, and the mistakes that authors make in them. */

import assert from "node:assert/strict";
import { register } from "node:module";
import { test } from "node:test";

register("./stand-ins.mjs", import.meta.url);
const { finding, shareStrategy } = await import("../nudged/strategy.js");
const { channel, delivered, inbox, mail, retry } = await import("../nudged/channel.js");

const manifest = { name: "example", version: "0.1.0" };
const asked = { now: 0, today: 0, parameters: "{}", attributes: [] };

/** A batch whose items have nothing but these ids. */
function batch(...uris) {
    return { len: () => uris.length, uri: (index) => uris[index] };
}

function found(evaluate, ...uris) {
    return shareStrategy({ manifest, evaluate }).shareEvaluation.evaluate(batch(...uris), asked);
}

function sent(send, notification = { parameters: () => "{}" }) {
    return channel({ manifest, send }).delivery.send(notification);
}

test("one, several or no finding can be returned", () => {
    const one = finding("a", "t", "t", { since: new Date(-1), facts: { 1: 2 } });
    const answers = { none: undefined, null: null, one, both: [one, finding("b", "t", "t")] };
    const all = found((share) => answers[share.uri], ...Object.keys(answers));
    assert.deepEqual(all.map(({ item, reason }) => [item, reason]), [[2, "a"], [3, "a"], [3, "b"]]);
    assert.deepEqual([all[0].since, all[0].action, all[0].attributes], [-1, undefined, [["1", "2"]]]);
});

test("what is no finding is told with its item", () => {
    for (const [returned, why] of [
        ["late", "`evaluate` returned \"late\", no finding: return finding(…)"],
        [[null], "`evaluate` returned null, no finding"],
        [true, "`evaluate` returned true, no finding"],
        [Promise.resolve(null), "`evaluate` returned a promise (a call is answered at once: leave out `async`), no finding"],
        [{ title: "t", text: "t" }, "the finding's reason is nothing, no text"],
        [finding("a", 7, "t"), "the finding's title is 7, no text"],
        [finding("a", "t", "t", { roles: "owner" }), "the finding's roles are \"owner\", no list of texts"],
        [finding("a", "t", "t", { deadline: "soon" }), "an instant is no valid Date"],
    ]) {
        const begins = `share:s2: TypeError: ${why}`;
        const evaluate = (share) => (share.uri === "s2" ? returned : null);
        assert.throws(() => found(evaluate, "s1", "s2"), (thrown) => assert.ok(thrown.startsWith(begins), thrown) ?? true);
    }
});

test("what is no outcome is told in the log before the call ends", () => {
    for (const [returned, why] of [
        [undefined, "`send` returned nothing, no outcome: return delivered(…), retry(…) or rejected(…)"],
        ["sent", "`send` returned \"sent\", no outcome"],
        [Promise.resolve(delivered("")), "`send` returned a promise (a call is answered at once: leave out `async`), no"],
        [{ tag: "done" }, "`send` returned {\"tag\":\"done\"}, no outcome"],
    ]) {
        assert.throws(() => sent(() => returned), TypeError);
        const [level, line] = globalThis.logged.at(-1);
        assert.ok(level === "error" && line.startsWith(`TypeError: ${why}`), line);
    }
    assert.deepEqual(sent(() => retry("busy", { after: null })), { tag: "retry", val: { detail: "busy", after: undefined } });
});

test("half a pair of surrogates leaves as the replacement character", () => {
    const half = "a\ud83d";
    const [one] = found(() => finding("a", half, `${half}\ude00`, { facts: { [half]: half } }), "s1");
    assert.deepEqual([one.title, one.text, one.attributes], ["a\ufffd", "a😀", [["a\ufffd", "a\ufffd"]]]);
    assert.throws(() => found(() => { throw half; }, "s1"), (thrown) => thrown === "share:s1: a\ufffd");
    assert.equal(delivered(half).val, "a\ufffd");
    assert.match(mail.send({ subject: half, text: "t" }).val, /"subject":"a\ufffd"/);
    assert.match(inbox.post([{ kind: "k", message: half }]).val, /"message":"a\ufffd"/);
    const kept = [];
    const host = { parameters: () => "{}", keep: (text) => kept.push(text) };
    sent((notification) => notification.keep(half) ?? delivered(""), host);
    assert.deepEqual(kept, ["a\ufffd"]);
});
