import { DurableObject } from "cloudflare:workers";

export type Item = {
  product: string;
  quantity: number;
};

/** One shopping cart. Every visitor has one, and its name is the visitor's cart id. */
export class Cart extends DurableObject {
  private readonly sql = this.ctx.storage.sql;

  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    this.sql.exec("CREATE TABLE IF NOT EXISTS items (product TEXT PRIMARY KEY, quantity INTEGER NOT NULL)");
  }

  add(items: Item[]): Item[] {
    for (const { product, quantity } of items) {
      this.sql.exec(
        "INSERT INTO items VALUES (?, ?) ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity",
        product,
        quantity,
      );
    }
    return this.items();
  }

  items(): Item[] {
    return this.sql.exec<Item>("SELECT product, quantity FROM items ORDER BY product").toArray();
  }

  /** Empties the cart and returns what was in it, so that two quick clicks make one order. */
  take(): Item[] {
    const items = this.items();
    this.sql.exec("DELETE FROM items");
    return items;
  }
}
