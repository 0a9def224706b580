// A GitHub that remembers, from the package `emulate`: prints its address, and ends with its input.
//
// One repository with a pull request.
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
const ask = async (method, path, body) => {
  const answer = await fetch(repository + path, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};
const main = await ask("GET", "/commits/main");
await ask("POST", "/git/refs", { ref: "refs/heads/change", sha: main.sha });
const content = Buffer.from("a change").toString("base64");
await ask("PUT", "/contents/change.txt", { message: "a change", content, branch: "change" });
const pull = await ask("POST", "/pulls", { title: "a change", head: "change", base: "main" });
const { sha } = pull.head;
console.log(JSON.stringify({ address, sha }));
process.stdin.resume().on("end", () => process.exit(0));
