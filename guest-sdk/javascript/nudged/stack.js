/** @file One stack, as a strategy sees it. */

/**
 * One CloudFormation stack of data.all. Every property asks the daemon: keep what is needed twice. Texts are empty where the
 * database has nothing. There is no `since`: data.all does not keep when a stack's status changed.
 */
export class Stack {
    #batch;
    #index;

    constructor(batch, index) {
        this.#batch = batch;
        this.#index = index;
    }

    /** @type {string} What the daemon calls it: `stack:<uri>`. */
    get key() {
        return `stack:${this.uri}`;
    }

    /** @type {string} The stack's id. */
    get uri() {
        return this.#batch.uri(this.#index);
    }

    /** @type {string} What it deploys: `dataset`, `environment`, `notebook` … */
    get kind() {
        return this.#batch.kind(this.#index);
    }

    /** @type {string} A state of CloudFormation (`UPDATE_ROLLBACK_FAILED`) or of data.all (`pending`). */
    get status() {
        return this.#batch.status(this.#index);
    }

    /** @type {string} The id of what it deploys. */
    get targetUri() {
        return this.#batch.targetUri(this.#index);
    }

    /** @type {string} The name of the dataset or environment that it deploys; empty for other kinds. */
    get targetLabel() {
        return this.#batch.targetLabel(this.#index);
    }

    /** @type {string} The AWS account. */
    get account() {
        return this.#batch.account(this.#index);
    }

    /** @type {string} The AWS region. */
    get region() {
        return this.#batch.region(this.#index);
    }

    /** @type {string} What data.all noted of the failure, JSON. */
    get error() {
        return this.#batch.error(this.#index);
    }

    /** @type {string} The team that owns the dataset, for a dataset's stack. */
    get producers() {
        return this.#batch.producers(this.#index);
    }

    /** @type {string} The team that approves for the dataset, for a dataset's stack. */
    get stewards() {
        return this.#batch.stewards(this.#index);
    }

    /** @type {string} The name of the dataset's environment, or of the one that is deployed. */
    get environmentLabel() {
        return this.#batch.environmentLabel(this.#index);
    }

    /** @type {string} The team that runs that environment. */
    get environmentAdmins() {
        return this.#batch.environmentAdmins(this.#index);
    }
}
