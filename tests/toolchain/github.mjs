// A GitHub that remembers, from the package `emulate`: prints its address, and ends with its input.
//
// One repository with an issue, whose comments are what a pull request's are as well.
import { createEmulator } from "emulate";

const login = "clodo-bot";
const github = await createEmulator({
  service: "github",
  port: 0,
  seed: {
    // GitHub's own tokens begin so; this service takes any.
    tokens: { ghs_t0ken: { login }, ghp_t0ken: { login, scopes: ["repo"] } },
    github: { users: [{ login }], repos: [{ owner: login, name: "shop", auto_init: true }] },
  },
});
const address = `http://127.0.0.1:${new URL(github.url).port}`;
const headers = { authorization: "Bearer ghp_t0ken", "content-type": "application/json" };
const repository = `${address}/repos/${login}/shop`;
await fetch(`${repository}/issues`, { method: "POST", headers, body: '{"title":"a change"}' });
const { sha } = await (await fetch(`${repository}/commits/main`, { headers })).json();
console.log(JSON.stringify({ address, sha }));
process.stdin.resume().on("end", () => process.exit(0));
