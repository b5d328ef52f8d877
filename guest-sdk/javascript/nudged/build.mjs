/**
 * @file Builds a plugin's component: `node vendor/nudged/build.mjs share-strategy strategy.js dist/name.wasm`.
 *
 * `nudged plugin build` does the same and installs first what is missing.
 */

import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { componentize } from "componentize-qjs";

import { givingBack } from "./borrows.mjs";

const [world, source, out] = process.argv.slice(2);
if (out === undefined) {
    console.error("usage: node vendor/nudged/build.mjs WORLD SOURCE OUT");
    process.exit(2);
}

const witPath = fileURLToPath(new URL("../wit", import.meta.url));
const jsPath = path.resolve(source);
const { component } = await componentize({
    witPath,
    world,
    jsPath,
    jsSource: await readFile(jsPath, "utf8"),
    moduleRoot: path.dirname(jsPath),
    sync: true,
}).catch((error) => {
    console.error(error.message.replace(/^[:\s]+/, ""));
    process.exit(1);
});

await mkdir(path.dirname(out), { recursive: true });
await writeFile(`${out}.part`, givingBack(component));
await rename(`${out}.part`, out);
