// Formulas through a renderer: TeX by name on standard input, what is wrong by name on output.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [packages, renderer] = process.argv.slice(2);
const require = createRequire(path.join(packages, "package.json"));

function katex() {
  const { renderToString } = require("katex");
  return (tex) => {
    renderToString(tex, { displayMode: true, throwOnError: true, strict: "error" });
  };
}

/** MathJax marks in its MathML what it could not read. */
async function mathjax(main) {
  const { init } = require(main);
  const MathJax = await init({
    loader: { load: ["input/tex"] },
    tex: { packages: { "[-]": ["noundefined"] } },
  });
  return async (tex) => {
    const wrong = (await MathJax.tex2mmlPromise(tex)).match(/<merror.*/s);
    if (wrong) throw new Error(wrong[0]);
  };
}

const RENDERERS = {
  katex,
  "mathjax-3": () => mathjax("mathjax-3/es5/node-main.js"),
  "mathjax-4": () => mathjax("mathjax-4/node-main.cjs"),
};

const render = await RENDERERS[renderer]();
const wrong = {};
for (const [name, tex] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
  try {
    await render(tex);
  } catch (error) {
    wrong[name] = String(error.message ?? error);
  }
}
process.stdout.write(JSON.stringify(wrong));
process.exit();
