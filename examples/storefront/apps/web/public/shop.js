const $ = (id) => document.getElementById(id);
const { currency, products } = await api("GET", "products");
const price = new Intl.NumberFormat(undefined, { style: "currency", currency });

$("products").append(
  ...products.map(({ id, name, cents }) => {
    const add = element("button", "Add");
    add.onclick = run(async () => showCart(await api("POST", "cart", { product: id, quantity: 1 })));
    return row(name, price.format(cents / 100), add);
  }),
);
showCart(await api("GET", "cart"));

$("order").onclick = run(async () => {
  let { order, status } = await api("POST", "orders");
  showCart([]);
  for (let tries = 0; status === "new" && tries < 30; tries++) {
    $("status").textContent = `Order ${order} is placed. Waiting for the payment.`;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    ({ status } = await api("GET", `orders/${order}`));
  }
  $("status").textContent = `Order ${order} is ${status}.`;
});

function showCart(items) {
  const name = (id) => products.find((product) => product.id === id)?.name ?? id;
  $("cart").replaceChildren(...items.map(({ product, quantity }) => row(name(product), `${quantity} ×`)));
  $("order").disabled = items.length === 0;
}

function row(...cells) {
  const line = document.createElement("li");
  line.append(...cells.map((cell) => (typeof cell === "string" ? element("span", cell) : cell)));
  return line;
}

function element(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}

/** Wraps a click handler: what goes wrong is shown on the page. */
function run(action) {
  return () => action().catch((error) => ($("status").textContent = error.message));
}

async function api(method, path, body) {
  const response = await fetch(`/api/${path}`, { method, body: body && JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}
