/** @file One share, as a strategy sees it. */

import { toDay, toInstant } from "./time.js";

/** Statuses in which the principal has access to an item, whatever the share's own status. */
const LIVE = ["Share_Succeeded", "PendingExtension", "Revoke_Approved", "Revoke_In_Progress", "Revoke_Failed"];

/**
 * One share of data.all with what reminders need of its dataset and environment.
 *
 * Every property asks the daemon, so that only what a strategy looks at crosses the border: look at the cheap things first,
 * and keep what is needed twice. Texts are empty where the database has nothing.
 */
export class Share {
    #batch;
    #index;

    constructor(batch, index) {
        this.#batch = batch;
        this.#index = index;
    }

    /** @type {string} What the daemon calls it: `share:<uri>`. */
    get key() {
        return `share:${this.uri}`;
    }

    /** @type {string} The share's id. */
    get uri() {
        return this.#batch.uri(this.#index);
    }

    /** @type {string} The status as data.all spells it: `Submitted`, `Processed` … */
    get status() {
        return this.#batch.status(this.#index);
    }

    /** @type {Date} When the share entered its present status, as well as the tables tell. */
    get since() {
        return toInstant(this.#batch.since(this.#index));
    }

    /** @type {string} Who opened the request, normally an e-mail address. */
    get owner() {
        return this.#batch.owner(this.#index);
    }

    /** @type {string} The team that asked. */
    get requesters() {
        return this.#batch.requesters(this.#index);
    }

    /** @type {string} Who gets access: the principal's name or, where it has none, its id. */
    get principal() {
        return this.#batch.principal(this.#index);
    }

    /** @type {string} What kind of principal that is: `Group`, `ConsumptionRole`, `ConsumptionUser`, `RedshiftRole`. */
    get principalType() {
        return this.#batch.principalType(this.#index);
    }

    /** @type {string} Why access is asked for. */
    get purpose() {
        return this.#batch.purpose(this.#index);
    }

    /** @type {Date | null} The last day of access. */
    get expiryDay() {
        return toDay(this.#batch.expiryDay(this.#index));
    }

    /** @type {Date | null} When the last day of access has ended in the source's zone. */
    get expires() {
        return toInstant(this.#batch.expires(this.#index));
    }

    /** @type {boolean} The flag `submittedForExtension`, as it stands: it means something in the status `Processed` alone. */
    get extensionAsked() {
        return this.#batch.extensionAsked(this.#index);
    }

    /** @type {string} Why an extension is asked for. */
    get extensionReason() {
        return this.#batch.extensionReason(this.#index);
    }

    /** @type {Date | null} The last day of access if the extension is approved. */
    get requestedExpiryDay() {
        return toDay(this.#batch.requestedExpiryDay(this.#index));
    }

    /** @type {string} Why the share or, in status `Extension_Rejected`, its extension was rejected. */
    get rejectPurpose() {
        return this.#batch.rejectPurpose(this.#index);
    }

    /** @type {boolean} Whether the share never expires. */
    get nonExpirable() {
        return this.#batch.nonExpirable(this.#index);
    }

    /** @type {string} The dataset's id. */
    get datasetUri() {
        return this.#batch.datasetUri(this.#index);
    }

    /** @type {string} The dataset's name for people. */
    get datasetLabel() {
        return this.#batch.datasetLabel(this.#index);
    }

    /** @type {string} The dataset's confidentiality. */
    get confidentiality() {
        return this.#batch.confidentiality(this.#index);
    }

    /** @type {string} In what periods access is asked for: `Monthly` or `Quarterly`. */
    get expirySetting() {
        return this.#batch.expirySetting(this.#index);
    }

    /** @type {number | null} Fewest periods that can be asked for. */
    get expiryMinDuration() {
        return this.#batch.expiryMinDuration(this.#index) ?? null;
    }

    /** @type {number | null} Most periods that can be asked for. */
    get expiryMaxDuration() {
        return this.#batch.expiryMaxDuration(this.#index) ?? null;
    }

    /** @type {string} The team that owns the dataset. */
    get producers() {
        return this.#batch.producers(this.#index);
    }

    /** @type {string} The team that approves for the dataset. */
    get stewards() {
        return this.#batch.stewards(this.#index);
    }

    /** @type {string} The id of the environment that the share is for. */
    get environmentUri() {
        return this.#batch.environmentUri(this.#index);
    }

    /** @type {string} The name of that environment. */
    get environmentLabel() {
        return this.#batch.environmentLabel(this.#index);
    }

    /** @type {boolean} Whether an extension was asked for and is not decided yet. */
    get extensionPending() {
        const status = this.status;
        return status === "Submitted_For_Extension" || (status === "Processed" && this.extensionAsked);
    }

    /** @type {ShareItem[]} What is shared. Empty unless the manifest reads the field `items`. */
    get items() {
        const length = this.#batch.itemCount(this.#index);
        return Array.from({ length }, (_, item) => new ShareItem(this.#batch, this.#index, item));
    }
}

/** A table, folder or bucket of a share. */
export class ShareItem {
    #batch;
    #share;
    #item;

    constructor(batch, share, item) {
        this.#batch = batch;
        this.#share = share;
        this.#item = item;
    }

    /** @type {string} The item's id within data.all's shares. */
    get uri() {
        return this.#batch.itemUri(this.#share, this.#item);
    }

    /** @type {string} The item's name. */
    get name() {
        return this.#batch.itemName(this.#share, this.#item);
    }

    /** @type {string} `DatasetTable`, `S3Bucket` … */
    get type() {
        return this.#batch.itemType(this.#share, this.#item);
    }

    /** @type {string} The item's own status: `Share_Succeeded`, `Revoke_Failed` … */
    get status() {
        return this.#batch.itemStatus(this.#share, this.#item);
    }

    /** @type {string} `Healthy`, `Unhealthy` or `PendingVerify`. */
    get health() {
        return this.#batch.itemHealth(this.#share, this.#item);
    }

    /** @type {string} What the last health check complained of. */
    get healthMessage() {
        return this.#batch.itemHealthMessage(this.#share, this.#item);
    }

    /** @type {Date | null} When data.all touched the item last. */
    get touched() {
        return toInstant(this.#batch.itemTouched(this.#share, this.#item));
    }

    /** @type {Date | null} When its health was looked at last. */
    get verified() {
        return toInstant(this.#batch.itemVerified(this.#share, this.#item));
    }

    /** @type {boolean} Whether the principal has access to the item now. */
    get isLive() {
        return LIVE.includes(this.status);
    }
}
