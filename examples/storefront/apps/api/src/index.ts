import { WorkerEntrypoint } from "cloudflare:workers";
import type { Cart } from "./cart";

export { Cart } from "./cart";

export interface OrderMessage {
  order: string;
}

interface Product {
  id: string;
  name: string;
  cents: number;
}

interface Env {
  CURRENCY: string;
  DB: D1Database;
  CACHE: KVNamespace;
  CARTS: DurableObjectNamespace<Cart>;
  ORDERS: Queue<OrderMessage>;
}

/** The public API. The web Worker forwards every request for /api/ to it. */
export default class Api extends WorkerEntrypoint<Env> {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const cart = this.env.CARTS.getByName(request.headers.get("x-cart") ?? "nobody");

    switch (`${request.method} ${pathname}`) {
      case "GET /api/health":
        return Response.json({ ok: true });
      case "GET /api/products":
        return Response.json({ currency: this.env.CURRENCY, products: await this.products() });
      case "GET /api/cart":
        return Response.json(await cart.items());
      case "POST /api/cart":
        return this.addToCart(cart, await request.json().catch(() => null));
      case "POST /api/orders":
        return this.placeOrder(cart);
    }
    const order = /^GET \/api\/orders\/([\w-]+)$/.exec(`${request.method} ${pathname}`);
    return order ? this.showOrder(order[1]) : failure(404, "not found");
  }

  /** Products change rarely, so every location keeps the list for a minute. */
  private async products(): Promise<Product[]> {
    const cached = await this.env.CACHE.get<Product[]>("products", "json");
    if (cached) return cached;

    const { results } = await this.env.DB.prepare("SELECT id, name, cents FROM products ORDER BY name").all<Product>();
    await this.env.CACHE.put("products", JSON.stringify(results), { expirationTtl: 60 });
    return results;
  }

  private async addToCart(cart: DurableObjectStub<Cart>, body: unknown): Promise<Response> {
    const { product, quantity } = (body ?? {}) as { product?: unknown; quantity?: unknown };
    if (typeof quantity !== "number" || !Number.isInteger(quantity) || quantity < 1 || quantity > 99) {
      return failure(400, "quantity must be a whole number from 1 to 99");
    }
    const known = (await this.products()).find(({ id }) => id === product);
    if (!known) return failure(400, "no such product");

    return Response.json(await cart.add([{ product: known.id, quantity }]));
  }

  private async placeOrder(cart: DurableObjectStub<Cart>): Promise<Response> {
    const items = await cart.take();
    if (items.length === 0) return failure(400, "the cart is empty");

    const order = crypto.randomUUID();
    const line = this.env.DB.prepare("INSERT INTO order_lines SELECT ?1, id, ?2, cents FROM products WHERE id = ?3");
    try {
      await this.env.DB.batch([
        this.env.DB.prepare("INSERT INTO orders (id) VALUES (?)").bind(order),
        ...items.map(({ product, quantity }) => line.bind(order, quantity, product)),
      ]);
    } catch (error) {
      await cart.add(items);
      throw error;
    }
    // An order that misses the queue stays "new". The nightly job cancels it.
    await this.env.ORDERS.send({ order });
    return Response.json({ order, status: "new" }, { status: 201 });
  }

  private async showOrder(id: string): Promise<Response> {
    const order = await this.env.DB.prepare(
      `SELECT orders.id AS "order", status, sum(quantity * cents) AS cents
       FROM orders JOIN order_lines ON order_id = orders.id WHERE orders.id = ? GROUP BY orders.id`,
    )
      .bind(id)
      .first();
    return order ? Response.json(order) : failure(404, "no such order");
  }
}

/** What the jobs Worker may do. No HTTP request reaches it. */
export class Orders extends WorkerEntrypoint<Env> {
  /** Returns false when the order is not waiting for a payment, for example on a second delivery. */
  async markPaid(order: string): Promise<boolean> {
    const { meta } = await this.env.DB.prepare("UPDATE orders SET status = 'paid' WHERE status = 'new' AND id = ?")
      .bind(order)
      .run();
    return meta.changes === 1;
  }

  /** Cancels what nobody paid within a day, and returns how many orders that were. */
  async cancelUnpaid(): Promise<number> {
    const { meta } = await this.env.DB.prepare(
      "UPDATE orders SET status = 'cancelled' WHERE status = 'new' AND created < unixepoch('now', '-1 day')",
    ).run();
    return meta.changes;
  }
}

function failure(status: number, error: string): Response {
  return Response.json({ error }, { status });
}
