import { CardError, ChannelError } from '../card/index.js';
import { CodedError, failed, type Outcome } from '../contract/index.js';
import { PayloadError } from '../permit/index.js';

/** Runs a workflow and turns lost hardware, a card out of protocol and failed storage into a value, once. Anything else is a bug and goes on as an exception. */
export async function attempt<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CodedError) return failed(error.code, error.detail);
    if (error instanceof CardError) return failed(error.code, error.detail);
    // The detail of a ChannelError is the reader's own text: it belongs into the log of the driver, not onto a screen.
    if (error instanceof ChannelError) return failed(error.code);
    // Signed, digested and still not what the specification says: the issuer's fault, and nothing of it can be shown.
    if (error instanceof PayloadError) return failed('PAYLOAD_INVALID');
    throw error;
  }
}
