CREATE TABLE orders (
  id      TEXT PRIMARY KEY,
  status  TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid', 'cancelled')),
  created INTEGER NOT NULL DEFAULT (unixepoch())
);

-- The price is copied: a later change of the product must not change the order.
CREATE TABLE order_lines (
  order_id   TEXT NOT NULL REFERENCES orders (id),
  product_id TEXT NOT NULL REFERENCES products (id),
  quantity   INTEGER NOT NULL CHECK (quantity > 0),
  cents      INTEGER NOT NULL,
  PRIMARY KEY (order_id, product_id)
);

CREATE INDEX orders_by_status ON orders (status, created);
