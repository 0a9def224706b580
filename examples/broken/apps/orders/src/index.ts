interface Env {
  CURRENCY: string;
  DB: D1Database;
  CACHE: KVNamespace;
  FLAGS: KVNamespace;
  PRICING: Fetcher;
}

export default {
  async fetch(request, env) {
    if (await env.FLAGS.get("closed")) return new Response("Closed\n", { status: 503 });

    const { results } = await env.DB.prepare("SELECT * FROM orders LIMIT 50").all();
    const discount = await env.PRICING.fetch(request);
    return Response.json({ currency: env.CURRENCY, orders: results, discount: await discount.text() });
  },

  async scheduled(_controller, env) {
    await env.CACHE.delete("orders");
  },
} satisfies ExportedHandler<Env>;
