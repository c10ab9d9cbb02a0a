import { expect, test } from 'vitest';
import { taskWords } from './task-words.ts';

const about = (name: string, place: string, args = {}) => taskWords({ name, place, args }).about;

test('what waits is called by what it is and where it goes', () => {
  expect(about('message.post', 'general', { channel: 'c1' })).toBe('Message to #general');
  expect(about('channel.create', 'tide-gauges', { id: 'c2' })).toBe('New channel #tide-gauges');
  expect(about('community.create', 'Night Sky Log')).toBe('New community Night Sky Log');
  expect(about('member.ban', 'Night Sky Log', { user: 'u1' })).toContain('Night Sky Log');
  expect(about('something.of.tomorrow', 'Night Sky Log')).toContain('Night Sky Log');
});
