import { says, type SampleChannel } from './script.ts';

const category = 'Start here';

export const announcements: SampleChannel = {
  name: 'announcements',
  topic: 'What everybody should know. Short, and not often.',
  category,
  said: [
    says(
      'priya',
      [14, '08:00'],
      '## Cohort 14 starts on Monday\n\nForty-one of you, nine time zones, one estuary full of birds to count. Say hello in *introductions*, then look at the week you are in. Nobody is behind.',
      {
        reactions: { '🎉': ['maren', 'kofi', 'leila', 'tomas', 'hana', 'deniz'], '🐦': ['wanjiru', 'bram'] },
      },
    ),
    says(
      'priya',
      [13, '07:30'],
      'Office hours are **Tuesdays and Thursdays, 17:00 UTC**, with Maren and me. Bring a question, or come and listen: half of what people learn there is somebody else’s bug.',
      {
        reactions: { '🙏': ['leila', 'yuki', 'anneli'] },
      },
    ),
    says(
      'maren',
      [9, '09:15'],
      'The table of stations was corrected last night: `BRY-04` was in it twice, under two spellings. If your row counts change, that is why. *The old file stays where it was, with `-2019` in its name.*',
      {
        reactions: { '👀': ['leila', 'tomas', 'ines'], '👍': ['bram', 'mateo', 'siobhan', 'deniz'] },
        edited: true,
      },
    ),
    says(
      'priya',
      [6, '08:00'],
      'Week 5 is open: **joins**. It is the week where everybody’s table grows by 25 rows and nobody knows why. You are in good company.',
      {
        reactions: { '😅': ['leila', 'tomas', 'ines', 'yuki'], '🔥': ['kofi'] },
      },
    ),
    says(
      'priya',
      [2, '08:00'],
      'Demo evening is a week from Friday. Five minutes each, one chart, one thing you got wrong on the way. Put your name down in *show-your-work*.',
      {
        reactions: { '🎉': ['hana', 'mateo', 'wanjiru'], '👍': ['leila', 'anneli', 'deniz'] },
      },
    ),
  ],
};

export const introductions: SampleChannel = {
  name: 'introductions',
  topic: 'Who you are, where you count from, and one thing you would like to be able to do by summer',
  category,
  said: [
    says(
      'leila',
      [14, '09:12'],
      'Hello! Leila, from Beirut. I teach biology and have counted birds since I was nine. By summer I would like to **stop asking my cousin** to make my charts.',
      {
        as: 'leila',
        reactions: { '👋': ['priya', 'maren', 'kofi', 'wanjiru', 'bram'], '😄': ['tomas'] },
      },
    ),
    says(
      'kofi',
      [14, '09:40'],
      'Your cousin will miss you. Kofi, Accra, mentor this year. I came through cohort 9 and still have the notebook where I summed a column of telephone numbers.',
      { to: 'leila', reactions: { '😂': ['leila', 'tomas', 'hana', 'yuki'] } },
    ),
    says(
      'tomas',
      [14, '10:05'],
      'Tomás, Valdivia. I run the boat that takes the counters out, so I see every bird twice: once on the mud and once in somebody’s spreadsheet. They are rarely the same number.',
      {
        reactions: { '⛵': ['wanjiru', 'siobhan', 'priya'] },
      },
    ),
    says(
      'hana',
      [13, '07:55'],
      'Hana, Brno. Librarian. I know a lot about catalogues that disagree with each other, and hope that it helps.',
      { as: 'hana', reactions: { '📚': ['bram', 'maren'] } },
    ),
    says(
      'maren',
      [13, '08:20'],
      'It helps more than anything. Data is mostly catalogues that disagree with each other.',
      { to: 'hana', reactions: { '💯': ['hana', 'kofi', 'priya'] } },
    ),
    says(
      'wanjiru',
      [13, '11:31'],
      'Wanjiru, Kisumu. I write for a newspaper and am tired of saying “a sharp rise” without knowing how sharp.',
      { reactions: { '👏': ['leila', 'kofi', 'anneli'] } },
    ),
    says(
      'yuki',
      [12, '22:10'],
      'Yuki here, from Kushiro. It is early morning and the cranes are already loud. I have never programmed. I read all of chapter 1 twice and understood it once.',
      { as: 'yuki', reactions: { '🌅': ['hana', 'anneli'] } },
    ),
    says('priya', [12, '22:30'], 'Once is plenty. Welcome, Yuki.', { to: 'yuki', reactions: { '🙏': ['yuki'] } }),
    says(
      'bram',
      [11, '14:00'],
      'Bram, Texel. Twenty years of counts in a drawer, on paper, in my father’s handwriting. Guess what I would like to be able to do by summer.',
      { reactions: { '❤️': ['leila', 'siobhan', 'maren', 'ines'] } },
    ),
    says(
      'deniz',
      [11, '18:45'],
      'Deniz, İzmir, second year of statistics. I can prove the central limit theorem and could not open a CSV file until Tuesday.',
      { reactions: { '😂': ['kofi', 'mateo', 'leila'] } },
    ),
    says(
      'siobhan',
      [10, '20:15'],
      'Siobhán, Galway. I look after oysters, and four temperature loggers that look after me.',
    ),
    says('mateo', [8, '16:20'], 'Mateo from Puno. I am here for the maps, but I was told there is arithmetic first.', {
      as: 'mateo',
      reactions: { '🗺️': ['tomas', 'hana'] },
    }),
    says('kofi', [8, '16:41'], 'Only a little, and then maps for ever.', { to: 'mateo' }),
    says(
      'anneli',
      [5, '06:50'],
      'Anneli, Oulu. A week late because the sea froze and then did not. I read everything you wrote while I was out; it felt like arriving in a warm kitchen.',
      { reactions: { '☕': ['priya', 'leila', 'bram', 'hana'], '❤️': ['yuki', 'wanjiru'] } },
    ),
  ],
};
