import { DurableObject } from "cloudflare:workers";

export class Counter extends DurableObject {
  async increment(): Promise<number> {
    const count = ((await this.ctx.storage.get<number>("count")) ?? 0) + 1;
    await this.ctx.storage.put("count", count);
    return count;
  }
}

export class Timer extends DurableObject {}

interface Env {
  COUNTERS: DurableObjectNamespace<Counter>;
  TIMERS: DurableObjectNamespace<Timer>;
}

export default {
  async fetch(_request, env) {
    return Response.json({ visits: await env.COUNTERS.getByName("all").increment() });
  },
} satisfies ExportedHandler<Env>;
