import { says, type SampleChannel } from './script.ts';

export const help: SampleChannel = {
  name: 'help',
  topic: 'Say what you wanted, what you did, and what happened instead',
  category: 'Weeks',
  said: [
    says(
      'yuki',
      [12, '23:01'],
      'I wanted to read the file. I did `pd.read_csv("counts.csv")`. It says *No such file or directory*, but I can see it!',
      { as: 'file' },
    ),
    says(
      'deniz',
      [12, '23:12'],
      'It looks in the folder where the notebook lies. What does this say?\n\n```python\nimport os\nos.getcwd()\n```',
      { to: 'file' },
    ),
    says('yuki', [12, '23:15'], 'A different folder. I moved the file and it is reading. Thank you for not laughing.', {
      reactions: { '🎉': ['deniz'], '❤️': ['priya', 'leila'] },
    }),
    says('deniz', [12, '23:16'], 'I lost a whole Tuesday to this one.', {}),
    says(
      'tomas',
      [10, '12:20'],
      'My column of weights is text. `astype(float)` stops at row 118 and will not say what it dislikes.',
      { as: 'float' },
    ),
    says(
      'maren',
      [10, '12:34'],
      'Ask for the ones that refuse:\n\n```python\nbad = pd.to_numeric(birds["weight"], errors="coerce").isna()\nbirds.loc[bad, "weight"].unique()\n```',
      { to: 'float', reactions: { '🙏': ['tomas'], '💡': ['leila', 'siobhan'] } },
    ),
    says('tomas', [10, '12:40'], '`"146 (wet)"`. Of course.', {
      reactions: { '😂': ['maren', 'bram', 'siobhan', 'kofi'] },
    }),
    says('mateo', [6, '17:05'], 'Why are my bars in the order Friday, Monday, Saturday, Sunday …?', { as: 'order' }),
    says(
      'leila',
      [6, '17:11'],
      'They are in the alphabet. Tell it what order days have:\n\n```python\ndays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]\ncounts["day"] = pd.Categorical(counts["day"], days, ordered=True)\n```',
      { to: 'order', reactions: { '👏': ['priya', 'maren', 'kofi'], '🙏': ['mateo'] } },
    ),
    says('priya', [6, '17:20'], 'Two weeks ago you asked your cousin for charts, Leila.', {
      reactions: { '❤️': ['leila', 'wanjiru', 'hana'] },
    }),
    says(
      'anneli',
      [3, '07:15'],
      'How do I count *days with at least one seal* rather than seals? I have a row per seal.',
      { as: 'seals', reactions: { '🦭': ['yuki', 'siobhan', 'hana'] } },
    ),
    says(
      'ines',
      [3, '07:40'],
      '`seals["date"].dt.date.nunique()`. It counts different days and does not care how many seals met.',
      { to: 'seals', reactions: { '👍': ['anneli'] } },
    ),
    says('siobhan', [1, '17:22'], 'One logger skips an hour every now and then. Should I fill the gaps?', {
      as: 'gaps',
    }),
    says(
      'maren',
      [1, '17:35'],
      'Not yet. First count them, and look at *when* they are. A gap every night at three is a battery. A gap at every low tide is the truth.',
      { to: 'gaps', reactions: { '💡': ['siobhan', 'ines', 'bram'], '👀': ['leila'] } },
    ),
    says('siobhan', 21, 'Every night at three. It is the battery. I am going out with a spare one.', {
      reactions: { '🎉': ['maren', 'tomas'] },
    }),
  ],
};

export const eelgrassMap: SampleChannel = {
  name: 'eelgrass-map',
  topic: 'Where the eelgrass is, where it was, and how sure we are',
  category: 'Projects',
  said: [
    says(
      'siobhan',
      [11, '20:40'],
      'The survey from last summer is in: 64 transects, one row per square metre, depth and cover. I walked most of them. My boots remember.',
      { as: 'survey', reactions: { '🥾': ['tomas', 'bram', 'anneli'] } },
    ),
    says('mateo', [11, '21:05'], 'May I try the first map of it?', { to: 'survey' }),
    says(
      'siobhan',
      [11, '21:06'],
      'Please. Be careful with the ones marked `est.`: the tide came back before I had finished.',
      { reactions: { '👍': ['mateo'] } },
    ),
    says(
      'tomas',
      [8, '19:10'],
      'I can take two people out on Saturday. Leaving at 06:20 with the tide, back by noon. Bring something warm.',
      { as: 'boat', reactions: { '⛵': ['bram', 'siobhan'], '👋': ['wanjiru'] } },
    ),
    says('bram', [8, '19:22'], 'I’ll bring the good scope.', { to: 'boat', reactions: { '🔭': ['tomas', 'leila'] } }),
    says(
      'wanjiru',
      [5, '15:00'],
      'What I wrote down on Saturday, before I forget:\n\n- the northern bed is **wider** than on the 2019 map\n- its edge is soft; three people drew it in three places\n- Tomás knows every stone by its first name',
      { as: 'saturday', reactions: { '❤️': ['tomas', 'siobhan', 'priya'] } },
    ),
    says('bram', [5, '15:20'], 'Then the map should have a soft edge, too. A line says “I know”, and we do not.', {
      to: 'saturday',
      reactions: { '💯': ['maren', 'hana', 'deniz'] },
    }),
    says(
      'mateo',
      [3, '18:30'],
      'Second try: cover as shades instead of outlines, transects as thin lines, estimates hatched. It looks less like a map and more like what you saw?',
      { as: 'shades', reactions: { '👏': ['siobhan', 'bram', 'wanjiru', 'maren'] } },
    ),
    says('siobhan', [3, '18:55'], 'It looks like the water. Leave it like this.', {
      to: 'shades',
      reactions: { '❤️': ['mateo'] },
    }),
    says(
      'maren',
      [1, '11:15'],
      'A question for the text beside it: what would have to be true for us to be wrong about the northern bed?',
      { as: 'wrong' },
    ),
    says(
      'deniz',
      [1, '11:40'],
      'That the 2019 survey stopped early at that end. The dates would show it: were the last transects walked at the turn of the tide?',
      { to: 'wrong', reactions: { '👀': ['maren', 'siobhan'] } },
    ),
    says('siobhan', [1, '12:02'], 'They were. I need to sit down.', {
      reactions: { '🤔': ['maren', 'mateo', 'bram'] },
    }),
  ],
};

export const estuary: SampleChannel = {
  name: 'estuary',
  topic: 'Mentors of cohort 14, among ourselves',
  category: 'Cohort 14',
  private: true,
  said: [
    says('priya', [13, '16:00'], 'How did the first day feel to you?', { as: 'first' }),
    says(
      'kofi',
      [13, '16:08'],
      'Warm. Yuki writes at night and thinks nobody reads it. I answer in my morning so that something is there when she wakes up.',
      { to: 'first', reactions: { '❤️': ['priya', 'maren'] } },
    ),
    says('maren', [9, '08:50'], 'I owe everybody an announcement about `BRY-04`. I had seen it in spring and forgot.', {
      as: 'bry',
    }),
    says('priya', [9, '08:58'], 'Write exactly that. It is the best lesson of the week.', {
      to: 'bry',
      reactions: { '👍': ['kofi'] },
    }),
    says('kofi', [4, '10:30'], 'Leila is ready to help in *help*. Shall I ask her, or does she find out by herself?', {
      as: 'leila',
    }),
    says('maren', [4, '10:36'], 'She answered Mateo two days ago. She has found out.', {
      to: 'leila',
      reactions: { '😄': ['priya', 'kofi'] },
    }),
    says(
      'priya',
      [1, '18:10'],
      'Demo evening: six names so far. I would like Bram and his father’s drawer to be the last one.',
      { reactions: { '❤️': ['maren', 'kofi'] } },
    ),
  ],
};
