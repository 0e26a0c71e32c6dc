// Runs after `npm install`: joins what package.json names into the few files that a first visit fetches.
//   node_modules/.style-sheets/components.css   each @utrecht component, in the order of package.json
//   node_modules/.style-sheets/themes/<name>.css   the tokens of each <name>-design-tokens package
//   node_modules/.style-sheets/fonts/   the Latin letters of each @fontsource family, regular and bold
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const out = join(modules, ".style-sheets");
const names = Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).dependencies);

// A joined file may name its character set at its start only.
const read = (...path) => readFileSync(join(modules, ...path), "utf8").replace('@charset "UTF-8";', "");

const fontFaces = (name) => {
  const family = name.split("/")[1];
  const title = family.replace(/(^|-)(\w)/g, (_, dash, letter) => (dash ? " " : "") + letter.toUpperCase());
  return [400, 700].map((weight) => {
    const file = `${family}-latin-${weight}-normal.woff2`;
    cpSync(join(modules, name, "files", file), join(out, "fonts", file));
    return `@font-face{font-family:"${title}";font-style:normal;font-weight:${weight};font-display:swap;src:url("fonts/${file}") format("woff2")}`;
  });
};

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "themes"), { recursive: true });
const components = names.filter((name) => name.startsWith("@utrecht/"));
const fonts = names.filter((name) => name.startsWith("@fontsource/"));
writeFileSync(
  join(out, "components.css"),
  ['@charset "UTF-8";', ...fonts.flatMap(fontFaces), ...components.map((name) => read(name, "dist", "index.min.css"))].join("\n"),
);
for (const name of names.filter((name) => name.endsWith("-design-tokens"))) {
  const theme = name.split("/")[1].replace("-design-tokens", "");
  writeFileSync(join(out, "themes", `${theme}.css`), read(name, "dist", "theme.css"));
}
