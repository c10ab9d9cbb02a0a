/** The people of the sheets; their ids are chosen for their colours. */
export const people = {
  ines: { id: 'ines-1', name: 'Ines Carvalho' },
  maren: { id: 'maren-2', name: 'Maren Okafor' },
  kofi: { id: 'kofi', name: 'Kofi Mensah' },
  leila: { id: 'leila-3', name: 'Leila Haddad' },
  priya: { id: 'priya-2', name: 'Priya Raghunathan' },
  tomas: { id: 'tomas-4', name: 'Tomás Ibarra' },
} as const;

/** A picture that needs no network: a horizon. */
export const picture = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><path fill="#b9b4ad" d="M0 0h40v40H0z"/><path fill="#8d867d" d="M0 22q10-6 20-2t20-3v23H0z"/></svg>',
)}`;

/** Nine o'clock today, when the conversations of the sheets begin; in ms. */
export const nine = new Date().setHours(9, 0, 0, 0);
