/** Somebody in the source, who becomes an unclaimed member. */
export interface SourcePerson {
  /** What the source knows them by; the same person has the same key in every run. */
  key: string;
  name: string;
}

export interface SourceReaction {
  /** An emoji, or the source's name for one without colons. */
  emoji: string;
  people: SourcePerson[];
  /** Further people whom the source counts and does not name. */
  unnamed: number;
}

export interface SourceChannel {
  kind: 'channel';
  key: string;
  name: string;
  topic: string;
  archived: boolean;
  private: boolean;
}

export interface SourceMessage {
  kind: 'message';
  /** Key of its channel. */
  channel: string;
  /** Unique in its channel. */
  key: string;
  by: SourcePerson;
  /** Milliseconds. */
  at: number;
  /** Markdown of any length, as it stands in the source. */
  body: string;
  /** Key of the message it answers, which may be missing. */
  reply?: string | undefined;
  editedAt?: number | undefined;
  reactions?: SourceReaction[] | undefined;
  /** Where it stands in the source, for the report: `line 12`. */
  where: string;
}

/** What every source is turned into: in the source's order, a channel before its messages where the source describes channels. */
export type ImportItem = SourceChannel | SourceMessage;
