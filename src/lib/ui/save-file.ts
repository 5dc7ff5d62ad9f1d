import { tableToCsv } from './csv.ts';

/** Hands a file to the person. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** A table with its head, for a spreadsheet. @param name of the file, without its ending */
export function saveTable(name: string, rows: readonly (readonly (string | number)[])[]): void {
  saveFile(`${name}.csv`, new Blob([tableToCsv(rows)], { type: 'text/csv;charset=utf-8' }));
}
