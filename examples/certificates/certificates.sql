-- A table such as an operator may have: TLS certificates and who looks after them. SQLite and PostgreSQL take it.
CREATE TABLE certificate (
    serial    TEXT PRIMARY KEY,
    host      TEXT NOT NULL,
    team      TEXT,  -- a group of the directory
    contact   TEXT,  -- an address, if one person looks after it
    issuer    TEXT NOT NULL,
    not_after DATE   -- the last day on which it is good; NULL if nobody knows it yet
);

INSERT INTO certificate (serial, host, team, contact, issuer, not_after) VALUES
    ('4f:01', 'shop.example.com', 'web-team',     'olga@example.com', 'Example CA',  '2026-04-30'),
    ('4f:02', 'api.example.com',  'web-team',     NULL,               'Example CA',  '2026-05-20'),
    ('4f:03', 'vpn.example.com',  'network-team', 'nina@example.com', 'Example CA',  '2026-04-21'),
    ('7c:09', 'mail.example.com', 'network-team', 'nina@example.com', 'Internal CA', '2027-01-31'),
    ('7c:10', 'wiki.example.com', 'web-team',     'olga@example.com', 'Internal CA', NULL);
