//! Triggers, full text, and tables that change.

use super::{Query, one};

pub(super) fn triggers() -> Vec<Query> {
    [
        "CREATE TABLE log(id INTEGER PRIMARY KEY, what TEXT)",
        "CREATE TRIGGER users_insert AFTER INSERT ON users BEGIN INSERT INTO log(what) VALUES('insert ' || new.name); END",
        "CREATE TRIGGER users_update AFTER UPDATE OF age ON users WHEN new.age <> old.age BEGIN INSERT INTO log(what) SELECT 'age ' || old.age || ' ' || new.age; END",
        "CREATE TRIGGER users_delete BEFORE DELETE ON users BEGIN SELECT CASE WHEN old.name = 'keep' THEN RAISE(ABORT, 'stays') END; END",
        "CREATE TRIGGER adults_insert INSTEAD OF INSERT ON adults BEGIN INSERT INTO users(name, age) VALUES(new.name, 18); END",
        "INSERT INTO users(name) VALUES('keep') RETURNING name",
        "INSERT INTO adults(name) VALUES('via view')",
        "UPDATE users SET age = 20 WHERE name = 'via view'",
        "DELETE FROM users WHERE name = 'keep'",
        "DELETE FROM users WHERE name = 'via view'",
        "SELECT * FROM log",
        "CREATE TRIGGER bad AFTER INSERT ON nope BEGIN SELECT 1; END",
        "CREATE TRIGGER bad AFTER INSERT ON users BEGIN SELECT 1",
        "CREATE TRIGGER bad AFTER INSERT ON users BEGIN END",
        "CREATE TRIGGER users_insert AFTER INSERT ON users BEGIN SELECT 1; END",
        "CREATE TRIGGER IF NOT EXISTS users_insert AFTER INSERT ON users BEGIN SELECT 1; END",
        "CREATE TRIGGER peek AFTER INSERT ON log BEGIN SELECT sqlite_version(); END",
        "INSERT INTO log(what) VALUES('peek')",
        "DROP TRIGGER IF EXISTS peek",
        "DROP TRIGGER nope",
        "CREATE TABLE deep(n INT)",
        "CREATE TRIGGER deeper AFTER INSERT ON deep WHEN new.n > 0 BEGIN INSERT INTO deep VALUES(new.n - 1); END",
        "INSERT INTO deep VALUES(5)",
        "SELECT n FROM deep ORDER BY n",
        "PRAGMA recursive_triggers = on",
        "INSERT INTO deep VALUES(9)",
        "INSERT INTO deep VALUES(12)",
        "PRAGMA recursive_triggers = off",
        "DROP TRIGGER users_insert",
        "DROP TRIGGER users_delete",
        "DROP TRIGGER users_update",
    ]
    .map(one)
    .into()
}

pub(super) fn full_text() -> Vec<Query> {
    [
        "CREATE VIRTUAL TABLE notes USING fts5(title, body)",
        "CREATE VIRTUAL TABLE IF NOT EXISTS notes USING fts5(title, body)",
        "INSERT INTO notes VALUES('first', 'the quick brown fox'), ('second', 'lazy dogs run quickly')",
        "SELECT title FROM notes WHERE notes MATCH 'quick*' ORDER BY rank",
        "SELECT highlight(notes, 1, '<b>', '</b>') AS h FROM notes WHERE notes MATCH 'fox'",
        "SELECT snippet(notes, 1, '[', ']', '...', 3) AS s FROM notes WHERE notes MATCH 'dogs'",
        "SELECT bm25(notes) < 0 AS b FROM notes WHERE notes MATCH 'lazy'",
        "SELECT * FROM notes('brown')",
        "SELECT * FROM notes WHERE notes MATCH '\"'",
        "UPDATE notes SET body = 'changed' WHERE title = 'first'",
        "DELETE FROM notes WHERE rowid = 2",
        "INSERT INTO notes(notes) VALUES('optimize')",
        "INSERT INTO notes(notes) VALUES('integrity-check')",
        "SELECT name FROM sqlite_schema WHERE name LIKE 'notes%' ORDER BY name",
        "INSERT INTO notes_content VALUES(9, 'a', 'b')",
        "DELETE FROM notes_data",
        "DROP TABLE notes_idx",
        "CREATE VIRTUAL TABLE vocabulary USING fts5vocab('notes', 'row')",
        "SELECT term FROM vocabulary ORDER BY term",
        "CREATE VIRTUAL TABLE trigrams USING fts5(x, tokenize = 'trigram')",
        "INSERT INTO trigrams VALUES('hello world')",
        "SELECT * FROM trigrams WHERE x MATCH 'lo w'",
        "SELECT * FROM trigrams WHERE x LIKE '%wor%'",
        "CREATE VIRTUAL TABLE stems USING fts5(x, tokenize = 'porter unicode61')",
        "CREATE VIRTUAL TABLE bad USING fts5(x, tokenize = 'nope')",
        "CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1)",
        "INSERT INTO boxes VALUES(1, 0, 10), (2, 20, 30)",
        "SELECT id, x0 FROM boxes WHERE x0 < 15",
        "CREATE VIRTUAL TABLE old USING fts4(x)",
        "CREATE VIRTUAL TABLE old USING fts3(x)",
        "CREATE VIRTUAL TABLE csv USING csv(x)",
        "CREATE VIRTUAL TABLE stat USING dbstat(main)",
        "DROP TABLE vocabulary",
        "DROP TABLE notes",
        "SELECT name FROM sqlite_schema WHERE name LIKE 'notes%'",
    ]
    .map(one)
    .into()
}

pub(super) fn alterations() -> Vec<Query> {
    [
        "CREATE TABLE alt(a INT, b TEXT, c TEXT DEFAULT 'c')",
        "INSERT INTO alt(a, b) VALUES(1, 'x')",
        "ALTER TABLE alt ADD COLUMN d INT",
        "ALTER TABLE alt ADD COLUMN e INT NOT NULL",
        "ALTER TABLE alt ADD COLUMN e INT NOT NULL DEFAULT 5",
        "ALTER TABLE alt ADD COLUMN f TEXT DEFAULT (datetime('now'))",
        "ALTER TABLE alt ADD COLUMN g INT UNIQUE",
        "ALTER TABLE alt ADD COLUMN d INT",
        "ALTER TABLE alt RENAME COLUMN a TO aa",
        "ALTER TABLE alt RENAME COLUMN nope TO b2",
        "ALTER TABLE alt RENAME COLUMN aa TO b",
        "ALTER TABLE alt DROP COLUMN d",
        "ALTER TABLE alt DROP COLUMN nope",
        "ALTER TABLE alt RENAME TO alt2",
        "ALTER TABLE alt2 RENAME TO users",
        "ALTER TABLE alt2 RENAME TO \"alt 3\"",
        "SELECT * FROM \"alt 3\"",
        "SELECT sql FROM sqlite_schema WHERE name = 'alt 3'",
        "ALTER TABLE adults RENAME TO grown",
        "ALTER TABLE users DROP COLUMN age",
        "ALTER TABLE users DROP COLUMN id",
        "DROP TABLE \"alt 3\"",
        "ALTER TABLE sqlite_schema RENAME TO x",
        "CREATE TABLE moved(id INTEGER PRIMARY KEY, v TEXT)",
        "ALTER TABLE moved ALTER COLUMN v SET NOT NULL",
        "ALTER TABLE moved ADD CONSTRAINT c CHECK(v <> '')",
        "ALTER TABLE moved DROP CONSTRAINT c",
        "SELECT sql FROM sqlite_schema WHERE name = 'moved'",
        "CREATE TABLE moved_new(id INTEGER PRIMARY KEY, v TEXT NOT NULL DEFAULT '')",
        "INSERT INTO moved_new SELECT id, coalesce(v, '') FROM moved",
        "DROP TABLE moved",
        "ALTER TABLE moved_new RENAME TO moved",
        "DELETE FROM moved LIMIT 1",
        "UPDATE moved SET v = 'x' ORDER BY id LIMIT 1",
    ]
    .map(one)
    .into()
}

/// The names of columns.
pub(super) fn columns() -> Vec<Query> {
    [
        "SELECT 1",
        "SELECT 1 + 1",
        "SELECT 'a'",
        "SELECT count(*) FROM users",
        "SELECT COUNT( * ) FROM users",
        "SELECT max(age) FROM users",
        "SELECT u.name FROM users u LIMIT 1",
        "SELECT name AS \"a b\" FROM users LIMIT 1",
        "SELECT users.name, u.name FROM users, users u LIMIT 1",
        "SELECT (SELECT 1)",
        "SELECT CASE WHEN 1 THEN 2 END",
        "SELECT * FROM (SELECT 1, 2)",
        "SELECT t.* FROM (SELECT 1 AS x) t",
        "SELECT ROWID FROM users LIMIT 1",
        "SELECT Name FROM users LIMIT 1",
        "INSERT INTO log(what) VALUES('c') RETURNING ID, what AS w, id + 1",
    ]
    .map(one)
    .into()
}
