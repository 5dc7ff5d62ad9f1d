import { cardPath, fragmentToCard } from './card-address.ts';

/** A card that was shown to this device: in memory alone, until it was used. */
class ArrivedCard {
  secret: string | null = $state(null);

  /**
   * Takes the card out of the page's address and out of the tab's history, where the next child would find it. Before the router
   * starts: later, it has to be told.
   */
  takeFromAddress(): void {
    if (location.pathname !== cardPath || location.hash === '') return;
    this.secret = fragmentToCard(location.hash);
    history.replaceState(history.state, '', location.pathname + location.search);
  }
}

export const arrivedCard = new ArrivedCard();
