import { areInfants, type Wording } from '$lib/records/reading.ts';

/** Makes the screens as large and as wordless as suits who reads them. @returns what takes it back */
export function lookFor(yearGroups: readonly string[], wording: Wording): () => void {
  const { dataset } = document.documentElement;
  if (areInfants(yearGroups)) dataset['stage'] = 'infant';
  else delete dataset['stage'];
  dataset['words'] = wording;
  return () => {
    delete dataset['stage'];
    delete dataset['words'];
  };
}
