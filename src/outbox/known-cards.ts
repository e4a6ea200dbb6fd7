import type { ReadStore, Row, WriteStore } from './store.js';

/** The chip's counters of its three mutable objects. */
export interface CardCounters {
  readonly residence: number;
  readonly endorsements: number;
  readonly services: number;
}

/**
 * The greatest counters that this terminal ever saw of a chip, by the thumbprint of its key (16 hexadecimal digits): numbers only, nothing of the holder. A chip
 * that tells less carries an older image of itself.
 */
export interface KnownCards {
  lastKnownCounters(chip: string): CardCounters | undefined;
  /** Durable on return; writes only what grew. What personalisation gave (residence 1, nothing else) is no news: no chip tells less. */
  remember(chip: string, counters: CardCounters): void;
}

export function knownCards(store: ReadStore & Pick<WriteStore, 'command' | 'write'>): KnownCards {
  const select = store.query<CardCounters & Row>('SELECT residence, endorsements, services FROM known_card WHERE chip = ?');
  const raise = store.command(
    `INSERT INTO known_card (chip, residence, endorsements, services) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (chip) DO UPDATE SET
     residence = max(residence, excluded.residence), endorsements = max(endorsements, excluded.endorsements), services = max(services, excluded.services)`,
  );
  const last = (chip: string): CardCounters | undefined => store.read(() => select.get(chip));
  return {
    lastKnownCounters: last,
    remember: (chip, { residence, endorsements, services }) => {
      const known = last(chip) ?? { residence: 1, endorsements: 0, services: 0 };
      const grew = residence > known.residence || endorsements > known.endorsements || services > known.services;
      if (grew) store.write(() => raise(chip, residence, endorsements, services));
    },
  };
}
