interface Env {
  AVATARS: KVNamespace;
}

export default {
  async fetch(request, env) {
    const avatar = await env.AVATARS.get(new URL(request.url).pathname, "stream");
    return new Response(avatar, { status: avatar ? 200 : 404 });
  },
} satisfies ExportedHandler<Env>;
