interface Env {
  GREETING: string;
}

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);

    if (pathname === "/health") {
      return Response.json({ ok: true });
    }
    if (pathname === "/") {
      const name = searchParams.get("name") ?? "world";
      return new Response(`${env.GREETING}, ${name}.\n`);
    }
    return new Response("Not found\n", { status: 404 });
  },
} satisfies ExportedHandler<Env>;
