/** People of the sample, all invented. */
export const people = {
  priya: 'Priya Raghunathan',
  maren: 'Maren Okafor',
  kofi: 'Kofi Mensah',
  leila: 'Leila Haddad',
  tomas: 'Tomás Ibarra',
  wanjiru: 'Wanjiru Kamau',
  ines: 'Ines Carvalho',
  bram: 'Bram de Wit',
  yuki: 'Yuki Tanabe',
  hana: 'Hana Kovářová',
  deniz: 'Deniz Aydın',
  siobhan: 'Siobhán Ní Dhálaigh',
  mateo: 'Mateo Quispe',
  anneli: 'Anneli Virtanen',
} as const;

export type Person = keyof typeof people;

/** When: so many days ago at a time of day (UTC), or so many minutes ago for what is going on right now. */
export type When = [daysAgo: number, time: `${number}:${number}`] | number;

export interface Said {
  by: Person;
  when: When;
  body: string;
  /** A name for what is answered later. */
  as?: string;
  /** The name of what it answers, in the same channel. */
  to?: string;
  reactions?: Record<string, Person[]>;
  edited?: true;
}

export interface SampleChannel {
  name: string;
  topic: string;
  category: string;
  private?: true;
  said: Said[];
}

/** One message: who, when, what, and what came of it. */
export function says(by: Person, when: When, body: string, more: Omit<Said, 'by' | 'when' | 'body'> = {}): Said {
  return { by, when, body, ...more };
}
