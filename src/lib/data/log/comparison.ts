export type Plain = string | number | boolean | null | undefined;
export type Test = (value: Plain) => boolean;

const orders: Readonly<Record<string, (difference: number) => boolean>> = {
  $gt: (difference) => difference > 0,
  $gte: (difference) => difference >= 0,
  $lt: (difference) => difference < 0,
  $lte: (difference) => difference <= 0,
};

/** As RxDB compares: what is missing is null, and only what is of one kind is more or less. Null where it is not known here. */
export function testOf(operator: string, operand: unknown): Test | null {
  if (operator === '$in') {
    if (!Array.isArray(operand) || !operand.every(isOperand)) return null;
    const sought = new Set<Plain>(operand);
    return (value) => sought.has(value ?? null);
  }
  if (!isOperand(operand)) return null;
  if (operator === '$eq') return (value) => (value ?? null) === operand;
  if (operator === '$ne') return (value) => (value ?? null) !== operand;
  const meets = orders[operator];
  if (!meets || (typeof operand !== 'string' && typeof operand !== 'number')) return null;
  return (value) => {
    const difference = differenceOf(value, operand);
    return difference !== null && meets(difference);
  };
}

function differenceOf(value: Plain, operand: string | number): number | null {
  if (typeof value === 'string' && typeof operand === 'string') return value < operand ? -1 : value > operand ? 1 : 0;
  return typeof value === 'number' && typeof operand === 'number' ? value - operand : null;
}

export function isPlain(value: unknown): value is Plain {
  return value === undefined || isOperand(value);
}

function isOperand(value: unknown): value is Exclude<Plain, undefined> {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
