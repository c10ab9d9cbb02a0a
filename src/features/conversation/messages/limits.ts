/** Characters of a message, fixed. Apart from the record, so that a screen can count without loading the rules. */
export const MAX_BODY = 4000;
