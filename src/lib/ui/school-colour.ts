/** Paints the screens in the school's colour, or in the product's own. Whatever the colour, the tokens keep text on it readable. */
export function applySchoolColour(colour: string | null): void {
  const style = document.documentElement.style;
  if (colour !== null && CSS.supports('color', colour)) style.setProperty('--school', colour);
  else style.removeProperty('--school');
}
