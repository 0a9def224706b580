// Hears what every version did for a request or an event, and tells the sandbox, which tells those who
// follow its logs. workerd does not say which Worker it was: the properties of the tail do.
export default {
  async tail(events, env, { props }) {
    // A `fetch` that fails has nobody to tell.
    await env.SANDBOX.fetch("http://sandbox/", {
      method: "POST",
      headers: { "content-type": "application/json", "clodo-version": props.worker },
      body: JSON.stringify(events),
    });
  },
};
