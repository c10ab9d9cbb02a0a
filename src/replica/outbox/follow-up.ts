/** What undoes or changes a command that has left the device already (O2): the name and arguments of the next one. */
export interface FollowUp {
  name: string;
  args: Record<string, unknown>;
}

interface Sent {
  id: string;
  name: string;
  args: Record<string, unknown>;
}

const about = ({ id, args }: Sent) => ({ community: args['community'], channel: args['channel'], message: id });

const undoing: Record<string, (sent: Sent) => FollowUp> = {
  'message.post': (sent) => ({ name: 'message.delete', args: about(sent) }),
  'reaction.add': ({ args }) => ({ name: 'reaction.remove', args }),
  'reaction.remove': ({ args }) => ({ name: 'reaction.add', args }),
};

const changing: Record<string, (sent: Sent, text: string) => FollowUp> = {
  'message.post': (sent, text) => ({ name: 'message.edit', args: { ...about(sent), body: text } }),
  'message.edit': ({ name, args }, text) => ({ name, args: { ...args, body: text } }),
};

/** The command that takes a sent one back, or undefined when nothing does. */
export const undo = (sent: Sent): FollowUp | undefined => undoing[sent.name]?.(sent);

/** The command that gives a sent one another text, or undefined when it has none. */
export const change = (sent: Sent, text: string): FollowUp | undefined => changing[sent.name]?.(sent, text);
