/** @file What the engine gives a component, as far as the tests need it: `register` has Node.js find these modules. */

const MODULES = {
    "nudged:plugin/http@0.1.0": "export class Request {}",
    "nudged:plugin/inbox@0.1.0": "export const post = (entries) => ({ tag: 'delivered', val: JSON.stringify(entries) });",
    "nudged:plugin/log@0.1.0": "export const log = (level, message) => (globalThis.logged ??= []).push([level, message]);",
    "nudged:plugin/mail@0.1.0": "export const send = (mail) => ({ tag: 'delivered', val: JSON.stringify(mail) });",
};

export async function resolve(specifier, context, next) {
    return specifier in MODULES ? { url: specifier, shortCircuit: true } : next(specifier, context);
}

export async function load(url, context, next) {
    return url in MODULES ? { format: "module", source: MODULES[url], shortCircuit: true } : next(url, context);
}
