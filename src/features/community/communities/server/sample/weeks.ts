import { says, type SampleChannel } from './script.ts';

const category = 'Weeks';

export const general: SampleChannel = {
  name: 'general',
  topic: 'Everything that has no place of its own',
  category,
  said: [
    says('tomas', [12, '13:02'], 'Is anybody else’s notebook slow today, or is it only mine?', { as: 'slow' }),
    says('deniz', [12, '13:05'], 'Mine is fine. How many tabs do you have open?', { to: 'slow' }),
    says('tomas', [12, '13:06'], 'I would rather not say in public.', {
      reactions: { '😂': ['deniz', 'leila', 'kofi', 'hana', 'wanjiru'] },
    }),
    says(
      'hana',
      [11, '09:20'],
      'A rule from the library that turned out to work for data as well:\n\n> Never correct the card. Write a new card, and say on it why.\n\nSince I do this with my cleaning steps I can explain every number I have.',
      { as: 'card', reactions: { '💡': ['leila', 'bram', 'maren', 'ines'], '📚': ['wanjiru'] } },
    ),
    says('ines', [11, '09:44'], 'Stealing this. My cleaning log now has a column called “why”.', {
      to: 'card',
      reactions: { '👍': ['hana'] },
    }),
    says(
      'wanjiru',
      [9, '12:10'],
      'I filed a story with the sentence “in 23 of 26 weeks”. My editor asked how I knew. **I knew how I knew.** That is all, thank you.',
      { reactions: { '🎉': ['priya', 'maren', 'kofi', 'leila', 'tomas', 'bram', 'hana'], '👏': ['anneli', 'deniz'] } },
    ),
    says('priya', [9, '12:25'], 'Frame that sentence.', {}),
    says('siobhan', [7, '19:30'], 'Does anyone have a good word for a number that is precise and wrong?', {
      as: 'word',
    }),
    says('bram', [7, '19:41'], 'My father’s was “bankers’ sand”.', {
      to: 'word',
      reactions: { '😄': ['siobhan', 'leila', 'kofi'] },
    }),
    says('deniz', [7, '19:55'], 'In statistics we say “biased with low variance” and nobody invites us anywhere.', {
      to: 'word',
      reactions: { '😂': ['siobhan', 'kofi', 'mateo', 'hana'] },
    }),
    says(
      'yuki',
      [4, '21:00'],
      'I made my first chart without copying one. It has a bar for cranes and a bar for people looking at cranes. There were more people.',
      { as: 'chart', reactions: { '🎉': ['priya', 'leila', 'hana', 'anneli', 'wanjiru'], '🐦': ['bram'] } },
    ),
    says('leila', [4, '21:12'], 'Put it in *show-your-work*! Please!', { to: 'chart' }),
    says(
      'mateo',
      [2, '15:18'],
      'What do you all use for writing down what you tried? I lose half of my afternoon to “did I do this already”.',
      { as: 'notes' },
    ),
    says(
      'ines',
      [2, '15:30'],
      'One text file per day. Date, what I wanted, what happened. No headings, no system; every system I had lasted a week.',
      { to: 'notes', reactions: { '💯': ['maren', 'hana'] } },
    ),
    says('bram', [2, '15:48'], 'Paper. Sorry.', { to: 'notes', reactions: { '📝': ['mateo', 'anneli'] } }),
    says(
      'anneli',
      [1, '08:05'],
      'The river opened this morning. It sounds like somebody moving furniture. Back to joins.',
      { reactions: { '❤️': ['yuki', 'leila', 'siobhan', 'tomas'] } },
    ),
    says(
      'kofi',
      34,
      'Welcome to everybody who is looking around for the first time today. Nothing here needs to be read in order. Write something small and see what happens.',
      { reactions: { '👋': ['priya', 'maren'] } },
    ),
  ],
};

export const weekFive: SampleChannel = {
  name: 'week-5-joins',
  topic: 'Merging tables. Bring the row that appears twice.',
  category,
  said: [
    says(
      'maren',
      [6, '08:10'],
      'This week in one picture: a join is a promise about **how often a key appears**. When the promise is wrong, nothing fails. You only get more birds.\n\nRead chapter 3 up to the redshank exercise, then stop and guess before you run it.',
      { reactions: { '👀': ['leila', 'deniz'], '🐦': ['tomas', 'bram', 'wanjiru'] } },
    ),
    says(
      'deniz',
      [6, '10:25'],
      'What is the difference between `how="left"` and `how="inner"` if every key is in both tables?',
      { as: 'left' },
    ),
    says(
      'kofi',
      [6, '10:31'],
      'None, today. On the day a station has no counts yet, `inner` forgets the station and `left` remembers it with an empty cell. I use `left` so that my mistakes stay visible.',
      { to: 'left', reactions: { '💡': ['deniz', 'yuki', 'hana'] } },
    ),
    says(
      'hana',
      [5, '07:40'],
      'The four kinds, as they would be in a library:\n\n- **left**: every borrower, with their books if they have any\n- **right**: every book, with its borrower if it is out\n- **inner**: only books that are out\n- **outer**: everything, and a long evening',
      { as: 'kinds', reactions: { '😂': ['kofi', 'priya', 'bram'], '🙏': ['yuki', 'leila', 'anneli'] } },
    ),
    says('yuki', [5, '22:15'], 'Thank you, Hana. I have drawn this on the wall.', {
      to: 'kinds',
      reactions: { '❤️': ['hana'] },
    }),
    says(
      'siobhan',
      [4, '18:02'],
      'My loggers write `2026-03-01 04:00` and the tide table writes `01/03/26 4.00`. They do not join. They do not even speak.',
      { as: 'times' },
    ),
    says(
      'ines',
      [4, '18:20'],
      'Make both of them times before they meet, never after:\n\n```python\nloggers["at"] = pd.to_datetime(loggers["at"])\ntides["at"] = pd.to_datetime(tides["at"], format="%d/%m/%y %H.%M")\n```\n\nAnd look at the first and the last row of each. The middle always looks fine.',
      { to: 'times', reactions: { '🙏': ['siobhan'], '👍': ['maren', 'tomas', 'kofi'] }, edited: true },
    ),
    says('siobhan', [4, '18:41'], 'They are speaking. About the tide, mostly.', {
      reactions: { '🎉': ['ines', 'kofi'] },
    }),
    says(
      'bram',
      [3, '13:15'],
      'Is the 2019 count wrong or did the flock really move? All my knots are at Bray suddenly.',
      { as: 'knots' },
    ),
    says(
      'tomas',
      [3, '13:30'],
      'They moved. The channel silted up that winter. I had to go around by the north for months and complained to everybody.',
      { to: 'knots', reactions: { '⛵': ['bram', 'siobhan'] } },
    ),
    says('bram', [3, '13:34'], 'So the data is right and I am wrong. I will write that down with the date.', {
      reactions: { '😄': ['hana', 'maren'] },
    }),
    says(
      'leila',
      [1, '09:12'],
      'After merging `counts` with `stations` I go from 412 rows to 437. Nothing failed, nothing warned. Where do 25 birds come from?',
      { as: 'rows', reactions: { '🤔': ['yuki', 'mateo'] } },
    ),
    says('leila', [1, '09:13'], '(Chapter 3, the redshank one.)'),
    says(
      'maren',
      [1, '09:20'],
      'Lovely bug. Before anything else, ask which station is in the table twice:\n\n```python\ntwice = stations["code"].duplicated(keep=False)\nstations[twice].sort_values("code")  # BRY-04, BRY-04\n```',
      {
        to: 'rows',
        as: 'twice',
        reactions: { '👀': ['leila', 'tomas', 'wanjiru'], '🙏': ['leila', 'yuki', 'mateo', 'ines', 'anneli'] },
      },
    ),
    says('leila', [1, '09:31'], 'Two rows. One says “Bray north”, the other “Bray N.”', { to: 'twice' }),
    says('leila', [1, '09:33'], 'So the merge is right and my table is wrong. I hate that.', {
      reactions: { '😂': ['kofi', 'hana', 'deniz', 'bram'] },
    }),
    says('kofi', [1, '09:36'], 'Best sentence of the week.', {}),
    says(
      'tomas',
      [1, '09:41'],
      'Same thing at my site: 38 to 81 redshank with the doubled station, 31 to 44 without it. I was about to call the newspaper.',
      { reactions: { '🎉': ['leila', 'maren', 'bram', 'priya'], '📰': ['wanjiru'] } },
    ),
    says(
      'maren',
      [1, '09:52'],
      'Then tell pandas what you believe, and it will hold you to it:\n\n```python\ncounts.merge(stations, on="code", validate="many_to_one")\n```\n\nIt raises instead of quietly adding rows.',
      { as: 'validate', reactions: { '🔥': ['ines', 'deniz', 'leila'], '💡': ['tomas', 'mateo'] } },
    ),
    says(
      'wanjiru',
      [1, '10:03'],
      'This page finally made the four joins stick for me: [Merge, join, concatenate](https://pandas.pydata.org/docs/user_guide/merging.html). Read the part about `validate` twice.',
      { reactions: { '🙏': ['leila', 'yuki', 'anneli'] } },
    ),
    says('priya', [1, '10:06'], 'Ines, you had this on Tuesday, didn’t you? How did you catch it?', { as: 'tuesday' }),
    says(
      'ines',
      [1, '10:19'],
      'By counting. I write down how many rows I expect **before** I press the key. It is humbling and very quick.',
      { to: 'tuesday', reactions: { '💯': ['maren', 'priya', 'kofi', 'hana'] } },
    ),
    says(
      'leila',
      58,
      'Ran it again this morning with `validate`. It raised. I have never been so pleased about an error.',
      { reactions: { '🎉': ['maren', 'ines', 'tomas'] } },
    ),
  ],
};

export const showYourWork: SampleChannel = {
  name: 'show-your-work',
  topic: 'Half-finished is the best time to show it. Say what you would like to hear.',
  category,
  said: [
    says(
      'ines',
      [10, '17:30'],
      'My cleaning log for the estuary counts, all nine steps. I would like to hear where you would **not** trust it.\n\n1. Trim the station codes\n2. Drop rows without a date\n3. Times to UTC\n4. One spelling per species\n5. Remove the test counts from the training day\n6. Mark counts above 5,000 for a second look\n7. Join stations\n8. Compare totals per day with the paper sheets\n9. Write down what changed, and why',
      { as: 'log', reactions: { '👏': ['priya', 'maren', 'hana', 'leila'] } },
    ),
    says(
      'hana',
      [10, '18:02'],
      'Step 2. I would keep them in a second table, “no date”. Somebody will find the diary.',
      { to: 'log', reactions: { '📚': ['bram'], '👍': ['ines', 'maren'] } },
    ),
    says('bram', [10, '18:15'], 'I am that somebody. There is a diary.', {
      reactions: { '😂': ['hana', 'ines', 'kofi'] },
    }),
    says(
      'wanjiru',
      [7, '11:00'],
      'A small chart for a Sunday page: how many weeks per year the river was above the mark. Does the gap in 2016 look like “no flood” to you? It is “no data”.',
      { as: 'gap' },
    ),
    says('deniz', [7, '11:20'], 'It looks like no flood. Hatch it, and say so in the chart, not under it.', {
      to: 'gap',
      reactions: { '👍': ['wanjiru', 'kofi'] },
    }),
    says(
      'wanjiru',
      [7, '12:44'],
      'Hatched. My editor asked what the stripes are, read the words, and nodded. It works.',
      { reactions: { '🎉': ['deniz', 'priya'] } },
    ),
    says(
      'yuki',
      [4, '21:20'],
      'Leila made me do this. Cranes: 212. People looking at cranes: 340. Source: me, on a bench, in a very warm coat.',
      { reactions: { '❤️': ['leila', 'anneli', 'priya', 'hana', 'wanjiru'], '🧥': ['anneli'] } },
    ),
    says(
      'mateo',
      [2, '16:40'],
      'First map. The lake is where it should be, the villages are in the lake. I think it is the order of the coordinates?',
      { as: 'map', reactions: { '😄': ['kofi', 'tomas'] } },
    ),
    says(
      'kofi',
      [2, '16:48'],
      'It is always the order of the coordinates. Swap them, and keep the wet map: you will laugh about it in a year.',
      { to: 'map', reactions: { '🗺️': ['mateo'] } },
    ),
    says(
      'hana',
      [1, '14:30'],
      'For the demo evening, please: **Hana, catalogues that disagree**. One chart, many apologies.',
      { reactions: { '👏': ['priya', 'bram'] } },
    ),
  ],
};
