interface Env {
  API: Fetcher;
}

/** Runs for /api/ only (`run_worker_first`). Gives every visitor a cart, and passes the request on. */
export default {
  async fetch(request, env) {
    const known = /(?:^|; )cart=([0-9a-f-]{36})(?:;|$)/.exec(request.headers.get("cookie") ?? "")?.[1];
    const cart = known ?? crypto.randomUUID();

    const forwarded = new Request(request);
    forwarded.headers.set("x-cart", cart);
    const answer = await env.API.fetch(forwarded);
    if (known) return answer;

    const response = new Response(answer.body, answer);
    response.headers.append("set-cookie", `cart=${cart}; Path=/api; HttpOnly; Secure; SameSite=Lax`);
    return response;
  },
} satisfies ExportedHandler<Env>;
