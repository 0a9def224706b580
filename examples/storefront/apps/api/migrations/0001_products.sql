CREATE TABLE products (
  id    TEXT PRIMARY KEY,
  name  TEXT NOT NULL,
  cents INTEGER NOT NULL CHECK (cents > 0)
);

INSERT INTO products (id, name, cents) VALUES
  ('mug',     'Enamel mug',       1400),
  ('lantern', 'Camping lantern',  3900),
  ('blanket', 'Wool blanket',     7900);
