import { CardSession, PermitApplication, type SecureChannel } from '../../src/card/index.js';
import { encodeCommand, type CommandApdu, type ResponseApdu } from '../../src/iso7816/index.js';
import { scripted, selectLine } from './scripted-channel.js';

/** Stands where secure messaging stands and protects nothing, so that a script shows plain commands. Stays open, whatever the status. */
class ClearChannel implements SecureChannel {
  /** The very arrays that were handed over as data, as they are now. */
  readonly handed: Uint8Array[] = [];
  open = true;
  commandCapacity = (lc: number): number => lc;
  answerCapacity = (length: number): number => length;
  wrap = (command: CommandApdu): Uint8Array => {
    if (command.data !== undefined) this.handed.push(command.data);
    return encodeCommand(command, { extended: (command.ne ?? 0) > 256 });
  };
  unwrap = (response: ResponseApdu): ResponseApdu => response;
  close = (): void => {
    this.open = false;
  };
}

export interface ClearSession {
  readonly session: CardSession;
  readonly handed: readonly Uint8Array[];
  /** Lines of the script that were not sent. */
  readonly left: () => number;
}

/** A session as after chip authentication, over a card of exact bytes. */
export function clearSession(script: Parameters<typeof scripted>[0], extended = true): ClearSession {
  const card = scripted(script, extended);
  const session = new CardSession(card);
  session.adopt({ extended, maxCommand: 1_152, maxResponse: 4_352 });
  const channel = new ClearChannel();
  session.secure(channel);
  return { session, handed: channel.handed, left: card.left };
}

/** The application of an issued card after SELECT, as after chip authentication; `script` begins there. */
export async function clearApplication(script: Parameters<typeof scripted>[0], extended = true): Promise<ClearSession & { readonly application: PermitApplication }> {
  const { session, handed, left } = clearSession([selectLine('05'), ...script], extended);
  const application = await PermitApplication.select(session);
  if (application === undefined) throw new Error('no application');
  session.secure(new ClearChannel());
  return { session, handed, left, application };
}
