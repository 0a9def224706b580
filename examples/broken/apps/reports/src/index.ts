export default {
  async fetch() {
    return new Response("The report of today\n");
  },
} satisfies ExportedHandler;
