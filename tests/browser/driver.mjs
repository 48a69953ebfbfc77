// A browser that is told what to do: one JSON request a line in, one JSON answer a line out.
//
// No page reaches the network. A page of http://site/ comes from the folder it was opened with,
// MathJax from the installed packages in place of the content delivery network; what else a page
// asks for is refused and counted among its problems.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";

const [packages, executable] = process.argv.slice(2);
const require = createRequire(path.join(packages, "package.json"));
const { chromium } = require("playwright-core");

const TYPES = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript",
                ".svg": "image/svg+xml", ".woff": "font/woff", ".woff2": "font/woff2" };

const browser = await chromium.launch({
  executablePath: executable,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const pages = [];

/** The file that stands for an address, if one does. */
function fileOf(url, folder, mathjax) {
  const { host, pathname } = new URL(url);
  if (host === "site") return path.join(folder, decodeURIComponent(pathname));
  const modules = path.join(packages, "node_modules");
  const main = pathname.match(/^\/npm\/mathjax@\d[^/]*\/(?:es5\/)?(.*)$/);
  if (main) return path.join(modules, mathjax === 3 ? "mathjax-3/es5" : "mathjax-4", main[1]);
  const font = pathname.match(/^\/npm\/(@mathjax\/[^@/]+)(?:@[^/]*)?\/(.*)$/);
  return font && path.join(modules, font[1], font[2]);
}

async function serve(route, problems, folder, mathjax) {
  const url = route.request().url();
  try {
    const file = fileOf(url, folder, mathjax);
    const body = await readFile(file);
    const headers = { "access-control-allow-origin": "*" };
    await route.fulfill({ body, headers, contentType: TYPES[path.extname(file)] ?? "text/plain" });
  } catch {
    problems.push(`not served: ${url}`);
    await route.abort();
  }
}

/** Until the mathematics of the page is set, if it has any. */
async function typeset() {
  if (!document.querySelector("script[src*=mathjax]")) return;
  await window.MathJax.startup.promise;
  await document.fonts.ready;
}

/** What assistive technology is given of an element: the names of its text nodes, in order. */
async function spoken(page, selector) {
  const session = await page.context().newCDPSession(page);
  const { root } = await session.send("DOM.getDocument");
  const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector });
  const { nodes } = await session.send("Accessibility.queryAXTree", { nodeId });
  const heard = nodes.filter((node) => !node.ignored && node.name?.value);
  return heard.map((node) => [node.role.value, node.name.value]);
}

const requests = {
  async open({ folder, url, mathjax, javascript }) {
    const context = await browser.newContext({
      javaScriptEnabled: javascript,
      viewport: { width: 1200, height: 900 },
    });
    const problems = [];
    await context.route("**/*", (route) => serve(route, problems, folder, mathjax));
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(`http://site/${url}`);
    if (javascript) await page.evaluate(typeset);
    return pages.push({ page, problems }) - 1;
  },
  evaluate: ({ page, script, argument }) =>
    pages[page].page.evaluate(`(${script})(${JSON.stringify(argument)})`),
  theme: ({ page, name }) => pages[page].page.emulateMedia({ colorScheme: name }),
  emulate: ({ page, ...media }) => pages[page].page.emulateMedia(media),
  press: ({ page, key }) => pages[page].page.keyboard.press(key),
  spoken: ({ page, selector }) => spoken(pages[page].page, selector),
  picture: async ({ page, path, whole }) => {
    await pages[page].page.screenshot({ path, fullPage: whole });
  },
  problems: ({ page }) => pages[page].problems,
};

/** A page that never answers must not hold up the tests. */
function late(seconds) {
  const refuse = (reject) => reject(new Error(`no answer in ${seconds} s`));
  return new Promise((_, reject) => setTimeout(refuse, seconds * 1000, reject).unref());
}

for await (const line of createInterface({ input: process.stdin })) {
  const { request, ...options } = JSON.parse(line);
  let answer;
  try {
    const value = await Promise.race([requests[request](options), late(60)]);
    answer = { value: value ?? null };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
