import { DurableObject } from "cloudflare:workers";

export class Room extends DurableObject {
  async join(visitor: string): Promise<void> {
    await this.ctx.storage.put(visitor, Date.now());
  }
}

export class Lobby extends DurableObject {}

interface Env {
  ROOMS: DurableObjectNamespace<Room>;
  LOBBIES: DurableObjectNamespace<Lobby>;
}

export default {
  async fetch(request, env) {
    await env.ROOMS.getByName(new URL(request.url).pathname).join(crypto.randomUUID());
    return new Response("Welcome\n");
  },
} satisfies ExportedHandler<Env>;
