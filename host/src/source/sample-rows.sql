-- A small company's data.all, relative to `sample_now` (one row, column `at`): something for every reminder.

INSERT INTO environment ("environmentUri", "organizationUri", label, name, owner, "AwsAccountId", region,
    "environmentType", "EnvironmentDefaultIAMRoleName", "EnvironmentDefaultIAMRoleArn", "roleCreated",
    "SamlGroupName", "CDKRoleArn", "resourcePrefix", created)
SELECT uri, 'org-demo', label, lower(label), 'ada@example.com', account, 'eu-west-1',
    'Data', 'role-' || uri, 'arn:aws:iam::' || account || ':role/' || uri, 1,
    team, 'arn:aws:iam::' || account || ':role/cdk', 'dataall', datetime(at, '-400 days')
FROM (SELECT 'env-sale' AS uri, 'Sales' AS label, '111111111111' AS account, 'sales-admins' AS team
      UNION ALL VALUES
        ('env-fina', 'Finance',   '222222222222', 'finance-admins'),
        ('env-hr00', 'HR',        '333333333333', 'hr-admins'),
        ('env-mark', 'Marketing', '444444444444', 'marketing-analysts'),
        ('env-risk', 'Risk',      '555555555555', 'risk-team')), sample_now;

INSERT INTO environment_group_permission ("groupUri", "environmentUri", "groupRoleInEnvironment", created)
SELECT "SamlGroupName", "environmentUri", 'Admin', created FROM environment;

-- Owners, stewards. Forecasts has no stewards, and Old contacts was deleted.
INSERT INTO dataset ("datasetUri", "environmentUri", "organizationUri", label, name, owner, region, "AwsAccountId",
    language, confidentiality, "SamlAdminGroupName", stewards, "datasetType", "enableExpiration", "expirySetting",
    created, deleted)
SELECT d.uri, d.env, 'org-demo', d.label, d.uri, d.owner, 'eu-west-1', e."AwsAccountId",
    'English', d.confidentiality, d.producers, d.stewards, d.kind, d.kind = 'S3', 'Monthly',
    datetime(at, '-300 days'), CASE WHEN d.uri = 'old-cont' THEN datetime(at, '-12 days') END
FROM (SELECT 'orders00' AS uri, 'env-sale' AS env, 'Sales orders' AS label, 'sam@example.com' AS owner,
             'Official' AS confidentiality, 'sales-admins' AS producers, 'sales-stewards' AS stewards, 'S3' AS kind
      UNION ALL VALUES
        ('customer', 'env-sale', 'Customers',                   'sam@example.com', 'Secret',       'sales-admins',   'sales-stewards', 'S3'),
        ('web-logs', 'env-sale', 'Web traffic (Redshift)',      'sam@example.com', 'Unclassified', 'sales-admins',   'sales-stewards', 'Redshift'),
        ('old-cont', 'env-sale', 'Old contacts',                'sam@example.com', 'Official',     'sales-admins',   'sales-stewards', 'S3'),
        ('ledger00', 'env-fina', 'General ledger',              'fay@example.com', 'Secret',       'finance-admins', 'finance-admins', 'S3'),
        ('forecast', 'env-fina', 'Forecasts',                   'fay@example.com', 'Official',     'finance-admins', NULL,             'S3'),
        ('campaign', 'env-fina', '<script>alert(1)</script> & campaign costs', 'fay@example.com', 'Official', 'finance-admins', 'finance-admins', 'S3'),
        ('payroll0', 'env-hr00', 'Payroll',                     'hal@example.com', 'Secret',       'hr-admins',      'hr-admins',      'S3')) d
JOIN environment e ON e."environmentUri" = d.env, sample_now;

-- share, dataset, team, status, days since then, days until expiry, extension asked, purpose
CREATE TEMP TABLE seed (share, dataset, team, status, age, expires, asked, purpose);
INSERT INTO seed VALUES
    -- Requests that wait for a decision; the first is from this morning.
    ('pend-new', 'orders00', 'marketing-analysts', 'Submitted',  0.2, NULL, 0, 'Spring campaign'),
    ('pend-1d0', 'orders00', 'risk-team',          'Submitted',  1.5, NULL, 0, 'Credit limits'),
    ('pend-3d0', 'ledger00', 'risk-team',          'Submitted',  3,   NULL, 0, 'Stress test'),
    ('pend-9d0', 'customer', 'marketing-analysts', 'Submitted',  9,   NULL, 0, 'Churn model'),
    ('pend-40d', 'payroll0', 'risk-team',          'Submitted', 40,   NULL, 0, 'Head count by team'),
    ('pend-htm', 'campaign', 'marketing-analysts', 'Submitted',  6,   NULL, 0, 'Compare "A" & <b>B</b>'),
    ('pend-red', 'web-logs', 'marketing-analysts', 'Submitted',  4,   NULL, 0, 'Landing pages'),
    ('pend-nos', 'forecast', 'risk-team',          'Submitted',  5,   NULL, 0, 'Plan against actuals'),
    ('pend-two', 'ledger00', 'marketing-analysts', 'Submitted',  4,   NULL, 0, 'Budget, second try after a rejection'),
    -- What must not be reminded of: dataset gone, dataset deleted, share deleted (below), nothing to decide.
    ('dangling', 'no-such0', 'risk-team',          'Submitted',  8,   NULL, 0, 'Its dataset is gone'),
    ('pend-old', 'old-cont', 'marketing-analysts', 'Submitted', 20,   NULL, 0, 'Its dataset was deleted'),
    ('pend-del', 'orders00', 'risk-team',          'Submitted', 15,   NULL, 0, 'It was deleted'),
    ('draft000', 'customer', 'risk-team',          'Draft',      2,   NULL, 0, 'Not sent yet'),
    ('rejected', 'payroll0', 'marketing-analysts', 'Rejected',  10,   NULL, 0, 'Salaries'),
    -- Extensions that wait for a decision, one of them nearly too late.
    ('ext-soon', 'orders00', 'marketing-analysts', 'Submitted_For_Extension',  3,  2, 1, 'Report runs until summer'),
    ('ext-late', 'ledger00', 'risk-team',          'Submitted_For_Extension',  1, 25, 1, 'Audit'),
    -- Access that ends soon, today, later, or never.
    ('exp-0d00', 'customer', 'risk-team',          'Processed', 60,    0, 0, 'Fraud review'),
    ('exp-1d00', 'orders00', 'risk-team',          'Processed', 60,    1, 0, 'Credit limits'),
    ('exp-6d00', 'ledger00', 'marketing-analysts', 'Processed', 60,    6, 0, 'Budget'),
    ('exp-30d0', 'customer', 'marketing-analysts', 'Processed', 60,   30, 0, 'Segments'),
    ('exp-90d0', 'forecast', 'marketing-analysts', 'Processed', 60,   90, 0, 'Targets'),
    ('exp-none', 'web-logs', 'risk-team',          'Processed', 60,   -3, 0, 'Exempt from expiry'),
    -- Access that should have ended and has not, in each state in which data.all forgets it.
    ('over-2d0', 'orders00', 'marketing-analysts', 'Processed', 90,               -2, 0, 'Easter campaign'),
    ('over-ext', 'customer', 'risk-team',          'Submitted_For_Extension', 12, -4, 1, 'Sanctions, one more quarter'),
    ('over-rej', 'ledger00', 'risk-team',          'Extension_Rejected', 6,       -5, 0, 'Stress test of last year'),
    ('over-dra', 'orders00', 'risk-team',          'Draft', 8,                    -6, 0, 'Exposure, and a table that was added'),
    ('over-rvk', 'payroll0', 'risk-team',          'Processed', 3,                -3, 0, 'Bonus plan'),
    -- Access that has ended as it should.
    ('over-end', 'customer', 'marketing-analysts', 'Processed', 20,              -20, 0, 'Winter sale'),
    -- Trouble with items.
    ('fail-new', 'customer', 'risk-team',          'Processed',  1, NULL, 0, 'Sanctions list'),
    ('fail-rev', 'payroll0', 'marketing-analysts', 'Processed',  4, NULL, 0, 'Head count'),
    ('unhealth', 'orders00', 'risk-team',          'Processed', 30, NULL, 0, 'Exposure');

INSERT INTO share_object ("shareUri", "datasetUri", "environmentUri", "groupUri", "principalId", "principalType",
    "principalName", status, owner, created, updated, deleted, "requestPurpose", "rejectPurpose", "expiryDate",
    "submittedForExtension", "extensionReason", "nonExpirable", "requestedExpiryDate")
SELECT share, dataset, CASE team WHEN 'risk-team' THEN 'env-risk' ELSE 'env-mark' END, team, team, 'Group',
    'role-' || team, status, CASE team WHEN 'risk-team' THEN 'rita@example.com' ELSE 'mia@example.com' END,
    datetime(at, '-' || (age + CASE status WHEN 'Submitted' THEN 0 ELSE 30 END) || ' days'),
    datetime(at, '-' || age || ' days'),
    CASE share WHEN 'pend-del' THEN datetime(at, '-1 days') END,
    purpose, CASE status WHEN 'Rejected' THEN 'Ask for the aggregated table instead' END,
    date(at, expires || ' days') || ' 00:00:00',
    asked, CASE asked WHEN 1 THEN purpose END, share = 'exp-none',
    CASE asked WHEN 1 THEN date(at, 'start of month', '4 months', '-1 day') || ' 00:00:00' END
FROM seed, sample_now;

-- One table for every share, in the state that goes with the share's.
INSERT INTO share_object_item ("shareItemUri", "shareUri", "itemType", "itemUri", "itemName", created, owner, status,
    "healthStatus", "healthMessage", "lastVerificationTime")
SELECT 'item-' || s."shareUri", s."shareUri", 'DatasetTable', 'table-' || s."datasetUri", s."datasetUri" || '_daily',
    s.created, s.owner,
    CASE s.status
        WHEN 'Submitted' THEN 'PendingApproval'
        WHEN 'Draft' THEN 'PendingApproval'
        WHEN 'Rejected' THEN 'Share_Rejected'
        WHEN 'Submitted_For_Extension' THEN 'PendingExtension'
        ELSE CASE s."shareUri"
            WHEN 'fail-new' THEN 'Share_Failed'
            WHEN 'fail-rev' THEN 'Revoke_Failed'
            WHEN 'over-rvk' THEN 'Revoke_Failed'
            WHEN 'over-end' THEN 'Revoke_Succeeded'
            ELSE 'Share_Succeeded'
        END
    END,
    CASE WHEN s."shareUri" = 'unhealth' THEN 'Unhealthy'
         WHEN s.status = 'Processed' AND s."shareUri" NOT LIKE 'fail%' AND s."shareUri" NOT IN ('over-rvk', 'over-end')
             THEN 'Healthy' END,
    CASE WHEN s."shareUri" = 'unhealth' THEN 'The role has lost its permission on the table' END,
    CASE WHEN s.status = 'Processed' THEN datetime(at, '-1 days') END
FROM share_object s, sample_now;

-- And a folder for some of them, which is shared and healthy whatever became of the table.
INSERT INTO share_object_item ("shareItemUri", "shareUri", "itemType", "itemUri", "itemName", created, owner, status,
    "healthStatus")
SELECT 'folder-' || "shareUri", "shareUri", 'DatasetStorageLocation', 'folder-exports', 'exports', created, owner,
    'Share_Succeeded', 'Healthy'
FROM share_object WHERE "shareUri" IN ('fail-new', 'unhealth', 'exp-6d00', 'over-dra');

-- The notices that data.all wrote when requests and extensions were submitted.
INSERT INTO notification ("notificationUri", type, message, recipient, is_read, target_uri, created)
SELECT 'sub-' || n.who || '-' || s."shareUri",
    CASE s.status WHEN 'Submitted' THEN 'SHARE_OBJECT_SUBMITTED' ELSE 'SHARE_OBJECT_EXTENSION_SUBMITTED' END,
    'User ' || s.owner || ' SUBMITTED share ' || CASE s.status WHEN 'Submitted' THEN '' ELSE 'extension ' END
        || 'request for dataset ' || d.label,
    CASE n.who WHEN 'own' THEN d."SamlAdminGroupName" ELSE s."groupUri" END, 0,
    s."shareUri" || '|' || s."datasetUri", s.updated
FROM share_object s
JOIN dataset d ON d."datasetUri" = s."datasetUri"
JOIN (SELECT 'own' AS who UNION ALL SELECT 'req') n
WHERE s.status IN ('Submitted', 'Submitted_For_Extension');

-- One team was reminded of the end of its access three times before it asked for an extension.
INSERT INTO notification ("notificationUri", type, message, recipient, is_read, target_uri, created)
SELECT 'remind-' || days, 'SHARE_OBJECT_EXTENDED', 'Your share request for the dataset General ledger will get expired',
    'risk-team', 1, 'ext-late|ledger00', datetime(at, '-' || days || ' days')
FROM (SELECT 21 AS days UNION ALL VALUES (14), (7)), sample_now;

-- One request was rejected before and submitted again.
INSERT INTO notification ("notificationUri", type, message, recipient, is_read, target_uri, created)
SELECT 'first-try', 'SHARE_OBJECT_SUBMITTED', 'User mia@example.com SUBMITTED share request for dataset General ledger',
    'finance-admins', 1, 'pend-two|ledger00', datetime(at, '-30 days') FROM sample_now
UNION ALL
SELECT 'first-no0', 'SHARE_OBJECT_REJECTED', 'User fay@example.com REJECTED share request for dataset General ledger',
    'marketing-analysts', 1, 'pend-two|ledger00', datetime(at, '-20 days') FROM sample_now;

INSERT INTO stack ("stackUri", "targetUri", accountid, region, status, stack, name, created, updated)
SELECT 'stack-' || target, target, account, 'eu-west-1', status, kind, kind || '-' || target,
    datetime(at, '-300 days'), datetime(at, '-1 days')
FROM (SELECT 'env-sale' AS target, '111111111111' AS account, 'UPDATE_COMPLETE' AS status, 'environment' AS kind
      UNION ALL VALUES
        ('env-risk', '555555555555', 'CREATE_FAILED',          'environment'),
        ('orders00', '111111111111', 'UPDATE_COMPLETE',        'dataset'),
        ('ledger00', '222222222222', 'UPDATE_ROLLBACK_FAILED', 'dataset'),
        ('payroll0', '333333333333', 'ROLLBACK_FAILED',        'dataset')), sample_now;

DROP TABLE seed;
