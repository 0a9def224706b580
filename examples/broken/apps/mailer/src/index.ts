export default {
  async fetch() {
    return new Response("Sent\n");
  },
} satisfies ExportedHandler;
