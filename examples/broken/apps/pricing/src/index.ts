import { WorkerEntrypoint } from "cloudflare:workers";

export class Discounts extends WorkerEntrypoint {
  async percent(order: string): Promise<number> {
    return order.startsWith("friend-") ? 10 : 0;
  }
}

export default {
  async fetch() {
    return new Response("0 %\n");
  },
} satisfies ExportedHandler;
