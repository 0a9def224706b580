export default {
  async fetch() {
    return new Response("Nothing found\n");
  },
} satisfies ExportedHandler;
