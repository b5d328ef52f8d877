-- The tables of data.all that reminders read, or write when they act, with data.all's column names.
-- SQLite has no type for timestamps (here texts, YYYY-MM-DD HH:MM:SS, without a zone), booleans (0 and 1) and
-- arrays (JSON texts). As in data.all there are primary keys and nothing else: references may dangle.

-- An account and region of a team.
CREATE TABLE environment (
    label                                 TEXT NOT NULL,
    name                                  TEXT NOT NULL,
    owner                                 TEXT NOT NULL,
    created                               TEXT,
    updated                               TEXT,
    deleted                               TEXT,
    description                           TEXT,
    tags                                  TEXT,
    "organizationUri"                     TEXT NOT NULL,
    "environmentUri"                      TEXT NOT NULL,
    "AwsAccountId"                        TEXT NOT NULL,
    region                                TEXT NOT NULL,
    "cognitoGroupName"                    TEXT,
    validated                             INTEGER,
    "environmentType"                     TEXT NOT NULL,
    "isOrganizationDefaultEnvironment"    INTEGER,
    "EnvironmentDefaultIAMRoleName"       TEXT NOT NULL,
    "EnvironmentDefaultIAMRoleArn"        TEXT NOT NULL,
    "EnvironmentDefaultBucketName"        TEXT,
    "roleCreated"                         INTEGER NOT NULL,
    "SamlGroupName"                       TEXT,
    "CDKRoleArn"                          TEXT NOT NULL,
    "subscriptionsEnabled"                INTEGER,
    "subscriptionsProducersTopicName"     TEXT,
    "subscriptionsProducersTopicImported" INTEGER,
    "subscriptionsConsumersTopicName"     TEXT,
    "subscriptionsConsumersTopicImported" INTEGER,
    "resourcePrefix"                      TEXT NOT NULL,
    "EnvironmentDefaultIAMRoleImported"   INTEGER,
    "EnvironmentDefaultAthenaWorkGroup"   TEXT,
    "EnvironmentLogsBucketName"           TEXT,
    "PermissionsBoundaryPolicyArn"        TEXT,
    PRIMARY KEY ("environmentUri")
);

-- Teams that were invited to an environment.
CREATE TABLE environment_group_permission (
    "groupUri"                   TEXT NOT NULL,
    "environmentUri"             TEXT NOT NULL,
    created                      TEXT,
    updated                      TEXT,
    deleted                      TEXT,
    "groupRoleInEnvironment"     TEXT NOT NULL,
    "invitedBy"                  TEXT,
    "environmentIAMRoleArn"      TEXT,
    "environmentIAMRoleName"     TEXT,
    description                  TEXT,
    "environmentIAMRoleImported" INTEGER,
    "environmentAthenaWorkGroup" TEXT,
    PRIMARY KEY ("groupUri", "environmentUri")
);

-- A dataset; its owners are "SamlAdminGroupName", its approvers `stewards`.
CREATE TABLE dataset (
    label                           TEXT NOT NULL,
    name                            TEXT NOT NULL,
    owner                           TEXT NOT NULL,
    created                         TEXT,
    updated                         TEXT,
    deleted                         TEXT,
    description                     TEXT,
    "environmentUri"                TEXT NOT NULL,
    "organizationUri"               TEXT NOT NULL,
    "datasetUri"                    TEXT NOT NULL,
    region                          TEXT,
    "AwsAccountId"                  TEXT NOT NULL,
    language                        TEXT NOT NULL,
    topics                          TEXT,
    confidentiality                 TEXT NOT NULL,
    tags                            TEXT,
    "businessOwnerEmail"            TEXT,
    "businessOwnerDelegationEmails" TEXT,
    stewards                        TEXT,
    "SamlAdminGroupName"            TEXT,
    "autoApprovalEnabled"           INTEGER,
    "datasetType"                   TEXT NOT NULL,
    imported                        INTEGER,
    "enableExpiration"              INTEGER NOT NULL DEFAULT 0,
    "expirySetting"                 TEXT,
    "expiryMinDuration"             INTEGER,
    "expiryMaxDuration"             INTEGER,
    PRIMARY KEY ("datasetUri")
);

-- A request of a team to use a dataset, and what became of it.
CREATE TABLE share_object (
    "shareUri"              TEXT NOT NULL,
    "datasetUri"            TEXT NOT NULL,
    "principalId"           TEXT,
    "principalType"         TEXT,
    status                  TEXT NOT NULL,
    owner                   TEXT NOT NULL,
    created                 TEXT,
    updated                 TEXT,
    deleted                 TEXT,
    confirmed               INTEGER,
    "environmentUri"        TEXT,
    "principalName"         TEXT,
    "groupUri"              TEXT,
    "requestPurpose"        TEXT,
    "rejectPurpose"         TEXT,
    permissions             TEXT NOT NULL DEFAULT '["Read"]',
    "expiryDate"            TEXT,
    "requestedExpiryDate"   TEXT,
    "lastExtensionDate"     TEXT,
    "extensionReason"       TEXT,
    "submittedForExtension" INTEGER,
    "shareExpirationPeriod" INTEGER,
    "nonExpirable"          INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY ("shareUri")
);

-- What a share is about, one row for each table, folder or bucket.
CREATE TABLE share_object_item (
    "shareUri"              TEXT NOT NULL,
    "shareItemUri"          TEXT NOT NULL,
    "itemType"              TEXT NOT NULL,
    "itemUri"               TEXT NOT NULL,
    "itemName"              TEXT NOT NULL,
    permission              TEXT,
    created                 TEXT NOT NULL,
    updated                 TEXT,
    deleted                 TEXT,
    owner                   TEXT NOT NULL,
    status                  TEXT NOT NULL,
    action                  TEXT,
    "healthStatus"          TEXT,
    "healthMessage"         TEXT,
    "lastVerificationTime"  TEXT,
    "attachedDataFilterUri" TEXT,
    PRIMARY KEY ("shareItemUri")
);

-- In-app messages. Those about shares have "<shareUri>|<datasetUri>" as target.
CREATE TABLE notification (
    "notificationUri" TEXT NOT NULL,
    type              TEXT,
    message           TEXT NOT NULL,
    recipient         TEXT NOT NULL,
    is_read           INTEGER NOT NULL,
    target_uri        TEXT,
    created           TEXT,
    updated           TEXT,
    deleted           TEXT,
    PRIMARY KEY ("notificationUri")
);

-- Infrastructure of an environment or dataset.
CREATE TABLE stack (
    "stackUri"   TEXT NOT NULL,
    "targetUri"  TEXT NOT NULL,
    accountid    TEXT NOT NULL,
    region       TEXT NOT NULL,
    cronexpr     TEXT,
    status       TEXT NOT NULL,
    stack        TEXT NOT NULL,
    payload      TEXT,
    created      TEXT,
    updated      TEXT,
    stackid      TEXT,
    outputs      TEXT,
    resources    TEXT,
    error        TEXT,
    "lastSeen"   TEXT,
    events       TEXT,
    "EcsTaskArn" TEXT,
    name         TEXT,
    PRIMARY KEY ("stackUri")
);

-- Work that data.all's worker is asked to do.
CREATE TABLE task (
    "taskUri"   TEXT NOT NULL,
    "targetUri" TEXT NOT NULL,
    cronexpr    TEXT,
    status      TEXT NOT NULL,
    action      TEXT NOT NULL,
    payload     TEXT,
    created     TEXT,
    updated     TEXT,
    response    TEXT,
    error       TEXT,
    "lastSeen"  TEXT,
    PRIMARY KEY ("taskUri")
);

-- What happened to a thing, shown beside it. Shares' activities have the dataset as target.
CREATE TABLE activity (
    label         TEXT NOT NULL,
    name          TEXT NOT NULL,
    owner         TEXT NOT NULL,
    created       TEXT,
    updated       TEXT,
    deleted       TEXT,
    description   TEXT,
    tags          TEXT,
    "activityUri" TEXT NOT NULL,
    "targetUri"   TEXT NOT NULL,
    "targetType"  TEXT NOT NULL,
    action        TEXT NOT NULL,
    summary       TEXT NOT NULL,
    PRIMARY KEY ("activityUri")
);

-- What data.all's worker has taken for itself; a row is there for as long as the work lasts.
CREATE TABLE resource_lock (
    "resourceUri"    TEXT NOT NULL,
    "resourceType"   TEXT NOT NULL,
    "acquiredByUri"  TEXT,
    "acquiredByType" TEXT,
    PRIMARY KEY ("resourceUri", "resourceType")
);
