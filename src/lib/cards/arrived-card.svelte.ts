import { ArrivedSecret } from '../session/arrived-secret.svelte.ts';
import { cardPath, fragmentToCard } from './card-address.ts';

/** A card that was shown to this device. */
export const arrivedCard = new ArrivedSecret(cardPath, fragmentToCard);
