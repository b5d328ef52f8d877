-- Made-up shares by the thousand, relative to `sample_now`. `sample_many` says how many (one row, column `count`) and
-- `sample_domain` names the departments (n from 0, name). Nothing here is random: each number is the fraction of a
-- multiple of an odd constant, a constant for each use, so that the mix is even and no two uses go together.

-- A department owns an environment and ten datasets; a third of them let access expire.
INSERT INTO environment ("environmentUri", "organizationUri", label, name, owner, "AwsAccountId", region,
    "environmentType", "EnvironmentDefaultIAMRoleName", "EnvironmentDefaultIAMRoleArn", "roleCreated",
    "SamlGroupName", "CDKRoleArn", "resourcePrefix", created)
SELECT printf('many-e%02d', n), 'org-demo', upper(substr(name, 1, 1)) || substr(name, 2), name,
    'amira.' || name || '@example.com', printf('%012d', 600000000000 + n), 'eu-west-1', 'Data', 'role-' || name,
    printf('arn:aws:iam::%012d:role/%s', 600000000000 + n, name), 1, name || '-owners',
    printf('arn:aws:iam::%012d:role/cdk', 600000000000 + n), 'dataall', datetime(at, '-400 days')
FROM sample_domain, sample_now;

INSERT INTO environment_group_permission ("groupUri", "environmentUri", "groupRoleInEnvironment", created)
SELECT name || teams.suffix, printf('many-e%02d', n), teams.role, datetime(at, '-400 days')
FROM sample_domain, sample_now,
    (SELECT '-owners' AS suffix, 'Admin' AS role UNION ALL VALUES ('-analysts', 'Invited')) teams;

INSERT INTO dataset ("datasetUri", "environmentUri", "organizationUri", label, name, owner, region, "AwsAccountId",
    language, confidentiality, "SamlAdminGroupName", stewards, "datasetType", "enableExpiration", "expirySetting",
    "expiryMinDuration", "expiryMaxDuration", created)
SELECT printf('many-%03d', n * 10 + subject.key), printf('many-e%02d', n), 'org-demo',
    upper(substr(name, 1, 1)) || substr(name, 2) || ' ' || subject.value, name || '_' || subject.value,
    'amira.' || name || '@example.com', 'eu-west-1', printf('%012d', 600000000000 + n), 'English',
    CASE subject.key % 3 WHEN 0 THEN 'Unclassified' WHEN 1 THEN 'Official' ELSE 'Secret' END,
    name || '-owners', name || '-stewards', 'S3', (n * 10 + subject.key) % 20 < 7,
    CASE WHEN (n * 10 + subject.key) % 20 < 7 THEN 'Monthly' END,
    CASE WHEN (n * 10 + subject.key) % 20 < 7 THEN 1 END, CASE WHEN (n * 10 + subject.key) % 20 < 7 THEN 12 END,
    datetime(at, '-300 days')
FROM sample_domain, sample_now,
    json_each('["orders","events","accounts","invoices","forecasts","contacts","stock","prices","incidents","targets"]') subject;

INSERT INTO stack ("stackUri", "targetUri", accountid, region, status, stack, name, created, updated)
SELECT 'stack-' || target, target, account, 'eu-west-1',
    CASE WHEN n % 50 = 7 THEN 'UPDATE_ROLLBACK_FAILED' ELSE 'UPDATE_COMPLETE' END, kind, kind || '-' || target,
    datetime(at, '-300 days'), datetime(at, '-1 days')
FROM (SELECT "datasetUri" AS target, "AwsAccountId" AS account, 'dataset' AS kind, substr("datasetUri", 6) AS n
      FROM dataset WHERE "datasetUri" LIKE 'many-%'
      UNION ALL
      SELECT "environmentUri", "AwsAccountId", 'environment', substr("environmentUri", 7)
      FROM environment WHERE "environmentUri" LIKE 'many-%'), sample_now;

-- For each share: which dataset (0 to 199), which other department asks, its lot (0 to 999), what went wrong (0 to 999),
-- how long ago (0 to 1048575), the month at whose beginning its access has ended (0 is this month).
CREATE TEMP TABLE many AS
WITH RECURSIVE counted (n) AS (
    SELECT 1 FROM sample_many WHERE count > 0 UNION ALL SELECT n + 1 FROM counted, sample_many WHERE n < count
)
SELECT n,
    ((n * 2654435761 & 4294967295) >> 12) * 200 >> 20 AS dataset,
    ((n * 2246822519 & 4294967295) >> 12) * 19 >> 20 AS other,
    ((n * 3266489917 & 4294967295) >> 12) * 1000 >> 20 AS lot,
    ((n * 668265263 & 4294967295) >> 12) * 1000 >> 20 AS fault,
    (n * 374761393 & 4294967295) >> 12 AS ago,
    ((n * 2869860233 & 4294967295) >> 12) * 13 >> 20 AS months
FROM counted;

-- One in ten waits for a decision, most of them for a few days and none for more than sixty.
CREATE TEMP TABLE many_shares AS
SELECT n, printf('m%07d', n) AS uri, printf('many-%03d', dataset) AS dataset, (dataset / 10 + 1 + other) % 20 AS team,
    dataset % 20 < 7 AS expires, fault, months,
    CASE WHEN lot < 100 THEN 'Submitted'
         WHEN lot < 140 AND dataset % 20 < 7 THEN 'Submitted_For_Extension'
         WHEN lot < 165 AND dataset % 20 < 7 THEN 'Extension_Rejected'
         WHEN lot BETWEEN 165 AND 180 THEN 'Draft'
         WHEN lot BETWEEN 181 AND 205 THEN 'Rejected'
         ELSE 'Processed' END AS status,
    CASE WHEN lot < 140 THEN (ago * ago >> 20) * 5184000 >> 20 ELSE 86400 + (ago * 25920000 >> 20) END AS seconds
FROM many;

INSERT INTO share_object ("shareUri", "datasetUri", "environmentUri", "groupUri", "principalId", "principalType",
    "principalName", status, owner, created, updated, "requestPurpose", "rejectPurpose", "expiryDate",
    "requestedExpiryDate", "submittedForExtension", "extensionReason", "nonExpirable")
SELECT uri, dataset, printf('many-e%02d', team), d.name || '-analysts', d.name || '-analysts', 'Group',
    'role-' || d.name || '-analysts', status,
    CASE m.n % 3 WHEN 0 THEN 'dev' WHEN 1 THEN 'elena' ELSE 'farid' END || '.' || d.name || '@example.com',
    datetime(at, '-' || (seconds + CASE status WHEN 'Submitted' THEN 0 ELSE 2592000 END) || ' seconds'),
    datetime(at, '-' || seconds || ' seconds'),
    'Report ' || m.n, CASE status WHEN 'Rejected' THEN 'Ask for the aggregated table instead' END,
    CASE WHEN expires AND status IN ('Processed', 'Submitted_For_Extension', 'Extension_Rejected')
         THEN date(at, 'start of month', CASE status WHEN 'Processed' THEN months ELSE months % 3 END || ' months', '-1 day')
              || ' 00:00:00' END,
    CASE WHEN expires AND status IN ('Submitted', 'Submitted_For_Extension')
         THEN date(at, 'start of month', (months % 6 + 3) || ' months', '-1 day') || ' 00:00:00' END,
    status = 'Submitted_For_Extension', CASE status WHEN 'Submitted_For_Extension' THEN 'Still in use' END, 0
FROM many_shares m JOIN sample_domain d ON d.n = m.team, sample_now;

-- One to three items each; the first is the one that something happened to, in one share of a hundred a failure and in
-- two a loss of health.
INSERT INTO share_object_item ("shareItemUri", "shareUri", "itemType", "itemUri", "itemName", created, owner, status,
    "healthStatus", "healthMessage", "lastVerificationTime")
SELECT uri || '-' || item.key, uri, CASE item.key WHEN 2 THEN 'DatasetStorageLocation' ELSE 'DatasetTable' END,
    dataset || '-' || item.key, item.value, s.created, s.owner,
    CASE m.status
        WHEN 'Submitted' THEN 'PendingApproval'
        WHEN 'Draft' THEN 'PendingApproval'
        WHEN 'Rejected' THEN 'Share_Rejected'
        WHEN 'Submitted_For_Extension' THEN 'PendingExtension'
        ELSE CASE WHEN item.key = 0 AND fault < 6 THEN 'Share_Failed'
                  WHEN item.key = 0 AND fault < 12 THEN 'Revoke_Failed'
                  ELSE 'Share_Succeeded' END
    END,
    CASE WHEN m.status <> 'Processed' OR item.key = 0 AND fault < 12 THEN NULL
         WHEN item.key = 0 AND fault < 37 THEN 'Unhealthy' ELSE 'Healthy' END,
    CASE WHEN m.status = 'Processed' AND item.key = 0 AND fault BETWEEN 12 AND 36
         THEN 'The role has lost its permission on the table' END,
    CASE m.status WHEN 'Processed' THEN datetime(at, '-2 days') END
FROM many_shares m
JOIN share_object s ON s."shareUri" = m.uri
JOIN json_each('["daily","monthly","exports"]') item ON item.key <= m.n % 3, sample_now;

INSERT INTO notification ("notificationUri", type, message, recipient, is_read, target_uri, created)
SELECT 'sub-' || n.who || '-' || s."shareUri",
    CASE s.status WHEN 'Submitted' THEN 'SHARE_OBJECT_SUBMITTED' ELSE 'SHARE_OBJECT_EXTENSION_SUBMITTED' END,
    'User ' || s.owner || ' SUBMITTED a request for dataset ' || d.label,
    CASE n.who WHEN 'own' THEN d."SamlAdminGroupName" ELSE s."groupUri" END, 0,
    s."shareUri" || '|' || s."datasetUri", s.updated
FROM many_shares m
JOIN share_object s ON s."shareUri" = m.uri
JOIN dataset d ON d."datasetUri" = s."datasetUri"
JOIN (SELECT 'own' AS who UNION ALL SELECT 'req') n
WHERE m.status IN ('Submitted', 'Submitted_For_Extension');

DROP TABLE many_shares;
DROP TABLE many;
