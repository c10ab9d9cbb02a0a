/** What people answer with most, in the order of the row. */
export const quick = ['👍', '❤️', '🎉', '👀', '🙏'] as const;
