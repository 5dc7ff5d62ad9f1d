import encodeQR from 'qr';

/** A code as one path: dark modules of 1 × 1 on a square of `size`, quiet zone included. */
export interface CodeDrawing {
  readonly size: number;
  readonly path: string;
}

/** The quiet zone that every reader needs (ISO/IEC 18004, 6.3.8). */
const quietModules = 4;

/** Draws a QR code that still reads with a quarter of it worn off: cards live in book bags. */
export function drawCode(text: string): CodeDrawing {
  const rows = encodeQR(text, 'raw', { ecc: 'quartile', border: quietModules });
  const path = rows.flatMap((row, y) =>
    runsOf(row).map(({ from, length }) => `M${String(from)} ${String(y)}h${String(length)}v1h-${String(length)}z`),
  );
  return { size: rows.length, path: path.join('') };
}

function runsOf(row: readonly boolean[]): { readonly from: number; readonly length: number }[] {
  const runs: { from: number; length: number }[] = [];
  row.forEach((isDark, x) => {
    const last = runs.at(-1);
    if (!isDark) return;
    if (last && last.from + last.length === x) last.length++;
    else runs.push({ from: x, length: 1 });
  });
  return runs;
}
