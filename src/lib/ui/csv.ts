/**
 * A table as CSV (RFC 4180), with the mark by which spreadsheets know UTF-8.
 * Security: a cell that a spreadsheet would take for a formula is made text by a leading apostrophe.
 */
export function tableToCsv(rows: readonly (readonly (string | number)[])[]): string {
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
