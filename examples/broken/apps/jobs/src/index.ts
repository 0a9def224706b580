import type { Discounts } from "../../pricing/src/index";

interface Env {
  PRICING: Fetcher;
  DISCOUNTS: Service<typeof Discounts>;
}

export default {
  async queue(batch, env) {
    for (const { body } of batch.messages) {
      const price = await env.PRICING.fetch(`https://pricing/orders/${body.order}`);
      const percent = await env.DISCOUNTS.percent(body.order);
      console.log({ order: body.order, price: await price.text(), percent });
    }
  },
} satisfies ExportedHandler<Env, { order: string }>;
