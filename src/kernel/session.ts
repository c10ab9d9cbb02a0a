/** Who is speaking: one signed-in device (cookie) or one program (bearer token). */
export type Session = {
  /** The id of the session's or the token's row: what a revocation names. */
  id: string;
  userId: string;
  /** Stable for one account on one browser; survives signing in again, so that waiting commands keep their device. */
  device: string;
  kind: 'cookie' | 'token';
  expiresAt: Date;
};
