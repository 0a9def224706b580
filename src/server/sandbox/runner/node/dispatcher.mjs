// Every request and every event of the sandbox comes in here, and goes on to the version that the
// header names. What a version throws goes back as data: the edge makes Cloudflare's error of it.
const VERSION = "clodo-version";
const EVENT = "clodo-event";
const EXCEPTION = "clodo-exception";

export default {
  async fetch(request, env) {
    const version = request.headers.get(VERSION);
    const event = request.headers.get(EVENT);
    const handlers = env[`handlers ${version}`];
    try {
      if (event === "scheduled") {
        const { cron, scheduledTime } = await request.json();
        return Response.json(await handlers.scheduled({ cron, scheduledTime: new Date(scheduledTime) }));
      }
      if (event === "queue") {
        const { queue, messages } = await request.json();
        return Response.json(await handlers.queue(queue, messages.map(delivered)));
      }
      const headers = new Headers(request.headers);
      headers.delete(VERSION);
      const response = await env[`front ${version}`].fetch(new Request(request, { headers }));
      return response.headers.has(EXCEPTION) ? without(response) : response;
    } catch (error) {
      return new Response(error?.stack ?? String(error), { status: 500, headers: { [EXCEPTION]: "1" } });
    }
  },
};

/** A Worker's own header of the name that says here that a Worker threw. */
function without(response) {
  const copy = new Response(response.body, response);
  copy.headers.delete(EXCEPTION);
  return copy;
}

function delivered({ id, timestamp, attempts, type, body }) {
  const message = { id, timestamp: new Date(timestamp), attempts };
  const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
  if (type === "v8") return { ...message, serializedBody: bytes };
  if (type === "bytes") return { ...message, body: bytes.buffer };
  const text = new TextDecoder().decode(bytes);
  return { ...message, body: type === "json" ? JSON.parse(text) : text };
}
