/**
 * @file Has a component give back what it was lent in time.
 *
 * A function that is handed a `borrow<…>` must drop it before it answers. What componentize-qjs 0.4.5 makes drops it
 * afterwards, when the caller has read the answer (`cabi_post_…`), and hosts that look at the right moment refuse the call.
 * Here each such function becomes one that calls it and then drops its first argument. What was to be done afterwards is
 * left out: it would drop the argument once more, and the rest is memory, which a call of nudged does not keep anyway.
 */

import { Reader, number, text } from "./leb128.mjs";

/** The functions that are lent something, and what. */
const LENT = {
    "nudged:plugin/share-evaluation@0.1.0#evaluate": "share-batch",
    "nudged:plugin/stack-evaluation@0.1.0#evaluate": "stack-batch",
    "nudged:plugin/record-evaluation@0.1.0#evaluate": "record-batch",
    "nudged:plugin/delivery@0.1.0#send": "notification",
};

const HEADER = 8;
const COMPONENT = { module: 1, component: 4 };
const MODULE = { types: 1, imports: 2, functions: 3, exports: 7, code: 10 };

/** Bytes of instructions. */
const CALL = 0x10;
const LOCAL_GET = 0x20;
const END = 0x0b;

/**
 * The component, changed.
 *
 * @param {Uint8Array} component
 * @returns {Uint8Array}
 */
export function givingBack(component) {
    const changed = inComponent(component);
    if (changed === null) {
        throw new Error("this version of componentize-qjs lays components out in another way: install the pinned one");
    }
    return changed;
}

/** The component with one of its modules changed, or null if none is to be. */
function inComponent(component) {
    let found = false;
    const parts = sections(component).map(({ id, content }) => {
        const inner = id === COMPONENT.component ? inComponent(content) : id === COMPONENT.module ? inModule(content) : null;
        found ||= inner !== null;
        return section(id, inner ?? content);
    });
    return found ? Buffer.concat([component.subarray(0, HEADER), ...parts]) : null;
}

/** The core module with its functions changed, or null if it is not the one that has them. */
function inModule(module) {
    const parts = sections(module);
    const of = (id) => parts.find((part) => part.id === id)?.content ?? Buffer.of(0);
    const exports = exported(of(MODULE.exports));
    const lent = exports.find(({ name }) => name in LENT);
    if (lent === undefined) {
        return null;
    }
    const after = exports.find(({ name }) => name === `cabi_post_${lent.name}`);
    const { functions: imported, drop } = imports(of(MODULE.imports), `[resource-drop]${LENT[lent.name]}`);
    const types = declared(of(MODULE.functions));
    const type = types[lent.index - imported];
    const wrapper = { type, body: giveBack(parameters(of(MODULE.types), type), lent.index, drop) };
    const nothing = { type: types[after.index - imported], body: [END] };

    const next = imported + types.length;
    lent.index = next;
    after.index = next + 1;
    const replaced = {
        [MODULE.functions]: vector([...types, wrapper.type, nothing.type].map(number)),
        [MODULE.exports]: vector(exports.map(({ name, kind, index }) => [text(name), Buffer.of(kind), number(index)].flat())),
        [MODULE.code]: appended(of(MODULE.code), [wrapper.body, nothing.body]),
    };
    return Buffer.concat([
        module.subarray(0, HEADER),
        ...parts.map(({ id, content }) => section(id, replaced[id] ?? content)),
    ]);
}

/** Calls the function with all arguments, drops the first, and leaves the answer. */
function giveBack(parameters, called, drop) {
    const all = Array.from({ length: parameters }, (_, index) => [LOCAL_GET, ...number(index)]).flat();
    return [...all, CALL, ...number(called), LOCAL_GET, 0, CALL, ...number(drop), END];
}

function sections(binary) {
    const reader = new Reader(binary, HEADER);
    const found = [];
    while (!reader.atEnd) {
        found.push({ id: reader.byte(), content: reader.bytes(reader.number()) });
    }
    return found;
}

function section(id, content) {
    return Buffer.concat([Buffer.of(id), number(content.length), content]);
}

function vector(items) {
    return Buffer.concat([number(items.length), ...items.flat()]);
}

/** The code section with more functions, which have no locals. */
function appended(code, bodies) {
    const reader = new Reader(code);
    const count = reader.number();
    const added = bodies.map((body) => Buffer.concat([number(body.length + 1), Buffer.of(0, ...body)]));
    return Buffer.concat([number(count + added.length), reader.rest(), ...added]);
}

function exported(content) {
    return new Reader(content).vector((reader) => ({ name: reader.text(), kind: reader.byte(), index: reader.number() }));
}

/** The types of the module's own functions. */
function declared(content) {
    return new Reader(content).vector((reader) => reader.number());
}

/** How many functions are imported, and which of them has this name. */
function imports(content, wanted) {
    let [functions, drop] = [0, undefined];
    new Reader(content).vector((reader) => {
        reader.text();
        const name = reader.text();
        if (reader.imported() === "function") {
            drop = name === wanted ? functions : drop;
            functions += 1;
        }
    });
    return { functions, drop };
}

/** The number of parameters of a function type. */
function parameters(content, wanted) {
    return new Reader(content).vector((reader) => {
        reader.byte();
        const count = reader.bytes(reader.number()).length;
        reader.bytes(reader.number());
        return count;
    })[wanted];
}
