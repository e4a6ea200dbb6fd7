import type { ServiceEvent, WorkflowName } from '../../contract/index.js';
import type { Link, LinkListener } from './link.js';
import type * as Contract from './schemas.js';

export type Schemas = typeof Contract;

export interface Checking {
  /** The schemas take as long to set up as the rest of the first screen: they come when the first event needs them. */
  readonly load: () => Promise<Schemas>;
  /** The host looked at every event by the same schema already (`electron/service-watch.ts`); the end of a run, which it does not know, is looked at here. */
  readonly byHost: boolean;
}

/** Of a link whose events may be anything one whose events are the contract's. Until the schemas are there, everything waits in the order in which it was told. */
export const checkedLink = (link: Link<unknown>, { load, byHost }: Checking): Link => {
  const workflowOf = new Map<string, WorkflowName>();
  const waiting: (() => void)[] = [];
  let schemas: Schemas | null = null;
  let asked = false;

  const prepare = async (): Promise<void> => {
    if (asked) return;
    asked = true;
    schemas = await load();
    for (const next of waiting.splice(0)) next();
  };

  /** What it is told as, once the end of a run fits its workflow. */
  const ended = (told: ServiceEvent): ServiceEvent => {
    if (told.event === 'started') workflowOf.set(told.run, told.workflow);
    if (told.event !== 'done' && told.event !== 'failed') return told;
    const workflow = workflowOf.get(told.run);
    workflowOf.delete(told.run);
    if (told.event === 'failed' || schemas === null) return told;
    const outcome = workflow === undefined ? null : schemas.knownOutcome(workflow, told.value);
    return outcome?.ok === true ? { ...told, value: outcome.value } : { event: 'failed', run: told.run, code: 'INTERNAL', detail: 'outcome' };
  };

  const hear = (listener: LinkListener, told: unknown): void => {
    const known = byHost ? (told as ServiceEvent) : (schemas?.knownEvent(told) ?? null);
    if (known !== null) listener.event(ended(known));
  };

  return {
    open(listener): void {
      const inOrder = (act: () => void, needsSchemas = false): void => {
        if (schemas === null && (needsSchemas || waiting.length > 0)) waiting.push(act);
        else act();
      };
      if (!byHost) void prepare();
      link.open({
        link: (state) => inOrder(() => listener.link(state)),
        event: (told) => {
          const kind = byHost ? (told as ServiceEvent).event : undefined;
          // A run that begins will end.
          if (kind === 'started') void prepare();
          inOrder(() => hear(listener, told), !byHost || kind === 'done');
        },
        host: (event) => listener.host(event),
      });
    },
    send: (call) => link.send(call),
    close: () => link.close(),
  };
};
