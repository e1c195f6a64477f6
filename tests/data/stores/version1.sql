BEGIN TRANSACTION;
CREATE TABLE access_key (
                token_hash TEXT PRIMARY KEY, person BIGINT NOT NULL, may TEXT NOT NULL,
                created TEXT NOT NULL, expires TEXT NOT NULL, used TEXT NOT NULL);
CREATE TABLE entry (
                n BIGINT PRIMARY KEY, at TEXT NOT NULL, entered TEXT NOT NULL, actor BIGINT,
                role TEXT NOT NULL, what TEXT NOT NULL, asset TEXT NOT NULL, field TEXT NOT NULL,
                value TEXT NOT NULL, was TEXT NOT NULL, source_hash TEXT NOT NULL,
                reason TEXT NOT NULL, about BIGINT);
INSERT INTO "entry" VALUES(1,'2026-03-01T18:00:00+00:00','2026-03-01T18:00:00+00:00',1,'owner','correct','list:ark','phone','(618) 555-0177','(618) 555-0102','a1b2c3d4e5f6','it rang',NULL);
INSERT INTO "entry" VALUES(2,'2026-03-02T18:00:00+00:00','2026-03-02T19:00:00+00:00',NULL,'steward','beds','list:pine','beds_open','2','','','',NULL);
CREATE TABLE person (
                id BIGINT PRIMARY KEY, label TEXT NOT NULL, contact_hash TEXT NOT NULL,
                role TEXT NOT NULL, asset TEXT NOT NULL, disabled TEXT NOT NULL,
                created TEXT NOT NULL);
INSERT INTO "person" VALUES(1,'First owner','','owner','','','2026-03-01T17:00:00+00:00');
CREATE TABLE store_version (number BIGINT NOT NULL);
INSERT INTO "store_version" VALUES(1);
CREATE INDEX entry_asset ON entry (asset, n);
CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON entry
                BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entry_is_not_deleted BEFORE DELETE ON entry
                BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
COMMIT;
