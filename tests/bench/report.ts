import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { dirname } from 'node:path';
import process from 'node:process';
import * as v from 'valibot';
import type { Figure } from './figures.ts';

/** One line of a bench: what was measured, ours, and what it is held against. */
export interface Line {
  readonly name: string;
  /** Of its values; milliseconds unless it says otherwise. */
  readonly unit?: 'KB';
  readonly ours: Figure;
  readonly baselines: Readonly<Record<string, Figure>>;
}

const stored = v.object({ at: v.string(), lines: v.array(v.object({ name: v.string(), ours: v.object({ median: v.number() }) })) });

/** Prints the lines as a table, beside the run before when its figures are there, and keeps these in `file`. */
export async function report(title: string, lines: readonly Line[], file: string): Promise<void> {
  const before = await readBefore(file);
  const baselines = [...new Set(lines.flatMap((line) => Object.keys(line.baselines)))];
  const header = ['figure', 'ours', ...baselines.flatMap((name) => [name, `ours/${name}`]), 'ours before'];
  const rows = lines.map((line) => {
    const beside = baselines.flatMap((name) => {
      const baseline = line.baselines[name];
      return baseline ? [show(baseline, line.unit), (line.ours.median / baseline.median).toFixed(2)] : ['', ''];
    });
    const earlier = before?.lines.find(({ name }) => name === line.name)?.ours.median;
    return [line.name, show(line.ours, line.unit), ...beside, earlier === undefined ? '' : amount(earlier, line.unit)];
  });

  console.log(`\n${title}`);
  console.log(
    `Node ${process.versions.node}, ${String(availableParallelism())} × ${cpus()[0]?.model ?? 'unknown processor'}; median (least–most)\n`,
  );
  for (const line of table([header, ...rows])) console.log(line);
  if (before) console.log(`\n“before” is the run of ${before.at}.`);

  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ at: new Date().toISOString(), lines }, null, 2)}\n`);
  console.log(`\nFigures kept in ${file}.`);
}

async function readBefore(file: string): Promise<v.InferOutput<typeof stored> | null> {
  if (!existsSync(file)) return null;
  const parsed = v.safeParse(stored, JSON.parse(await readFile(file, 'utf8')));
  return parsed.success ? parsed.output : null;
}

function show({ median, least, most }: Figure, unit?: Line['unit']): string {
  return `${amount(median, unit)} (${digits(least)}–${digits(most)})`;
}

function amount(value: number, unit: Line['unit'] | 'ms' = 'ms'): string {
  return `${digits(value)} ${unit}`;
}

function digits(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('   '),
  );
  return [lines[0] ?? '', widths.map((width) => '─'.repeat(width)).join('   '), ...lines.slice(1)];
}
