interface Env {
  LANGUAGE: string;
  DB: D1Database;
  REVIEWS: D1Database;
  PRICES: D1Database;
  CACHE: KVNamespace;
  SESSIONS: KVNamespace;
  IMAGES: R2Bucket;
  WAREHOUSE: Hyperdrive;
}

export default {
  async fetch(request, env) {
    const product = new URL(request.url).pathname.slice(1);
    const image = await env.IMAGES.get(`${product}.jpg`);
    return image ? new Response(image.body) : new Response("No picture\n", { status: 404 });
  },
} satisfies ExportedHandler<Env>;
