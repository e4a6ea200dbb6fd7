import type { FlowContext } from './context.js';
import type { Flow } from './flow.js';
import { watchFlow } from './watch.js';

/** The watch of this service's terminal, with the operation that was chosen at it. */
export const watch =
  (context: FlowContext): Flow<'watch'> =>
  async (handle, input) => {
    const terminal = context.terminal();
    const allowed = terminal.require('verify');
    if (!allowed.ok) return allowed;
    const operation = {
      get: () => context.operation.current(),
      set: (chosen: Parameters<typeof context.operation.set>[1]) => {
        // A pull may have ended the session meanwhile; the watch ends with it.
        if (!terminal.require('verify').ok) return;
        context.operation.set(terminal, chosen);
        context.changed();
      },
      onChange: (listener: () => void) => context.operation.onChange(listener),
    };
    return watchFlow({ terminal, operation })(handle, input);
  };
