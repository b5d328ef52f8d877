
/** For the tests. */
function misbehave(word) {
    if (word === "raise") {
        throw new RangeError("out of luck");
    }
    while (word === "spin") {
        // for ever
    }
    for (const hoard = []; word === "hoard"; ) {
        hoard.push(new Uint8Array(65536));
    }
}
