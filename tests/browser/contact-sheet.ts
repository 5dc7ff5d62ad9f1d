import { readdir, writeFile } from 'node:fs/promises';

const directory = '.data/screenshots';
const isOfScreen = /^(?<screen>.+?)-(?<size>phone|tablet|laptop|narrow|narrow-200|laptop-200)-(?<theme>light|dark|cream|contrast)\.png$/;

/** After the tests: one page that shows every picture they left, a row a screen, for whoever looks them through. Playwright wants a default. */
export default async function writeContactSheet(): Promise<void> {
  const files = await readdir(directory).catch(() => []);
  const pictures = files.toSorted().flatMap((file) => {
    const { screen = file, size = '', theme = '' } = isOfScreen.exec(file)?.groups ?? {};
    return /\.png$/.test(file) ? [{ file, screen, note: `${size} ${theme}` }] : [];
  });
  const rows = [...Map.groupBy(pictures, ({ screen }) => screen)].map(
    ([screen, shown]) =>
      `<h2 id="${screen}">${screen}</h2><div>${shown.map(({ file, note }) => `<a href="${file}"><img loading="lazy" src="${file}" alt="${file}"><br>${note}</a>`).join('')}</div>`,
  );
  if (rows.length > 0) await writeFile(`${directory}/index.html`, page(rows.join('\n')));
}

function page(content: string): string {
  return `<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Screens</title>
<style>body{font:14px sans-serif}div{display:flex;gap:8px;overflow-x:auto}a{flex:none;color:inherit}img{height:340px;border:1px solid #ccc}</style>
${content}</html>`;
}
