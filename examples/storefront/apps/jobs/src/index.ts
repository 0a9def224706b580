import type { OrderMessage, Orders } from "../../api/src/index";

interface Env {
  ORDERS: Service<typeof Orders>;
}

export default {
  /** A real shop would ask its payment provider here. This one trusts its customers. */
  async queue(batch, env) {
    for (const message of batch.messages) {
      try {
        const changed = await env.ORDERS.markPaid(message.body.order);
        console.log({ order: message.body.order, status: changed ? "paid" : "unchanged" });
        message.ack();
      } catch (error) {
        // After max_retries the message moves to the dead letter queue.
        console.error({ order: message.body.order, error: String(error) });
        message.retry();
      }
    }
  },

  async scheduled(_controller, env) {
    console.log({ cancelled: await env.ORDERS.cancelUnpaid() });
  },
} satisfies ExportedHandler<Env, OrderMessage>;
