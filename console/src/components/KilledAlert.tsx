import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/client';
import { usePermission } from '../api/session';
import { kill as words } from '../app/messages/kill';
import { useAllKills, useKills, type Belonging, type Kill } from './kills';
import { Question } from './Question';
import { Time } from './Time';
import { showToast } from './toastStore';

/** The same, where only the kill's id is known. */
export function KilledBy({ id, subject }: { id: string; subject: string }) {
  const kill = useAllKills().find((one) => one.id === id);
  return kill ? <KilledAlert kill={kill} subject={subject} /> : null;
}

/** The same for whatever stops the thing; nothing where nothing does. `subject`: the thing's own id. */
export function StoppedBanner({ at, subject }: { at: Belonging; subject: string }) {
  const kill = useKills()(at);
  return kill ? <KilledAlert kill={kill} subject={subject} /> : null;
}

/** That a kill stops what is shown, and why; with a way to lift it for whoever may. */
export function KilledAlert({ kill, subject }: { kill: Kill; subject: string }) {
  const queries = useQueryClient();
  const mayLift = usePermission('lift_kill', kill.project);
  const [isAsking, setAsking] = useState(false);
  const lift = async () => {
    await api.delete('/api/v1/kills/{id}', { path: { id: kill.id } });
    showToast({ variant: 'success', title: words.lifted });
    await afterKill(queries);
  };
  const isOwn = kill.subject === subject || kill.service_provider === subject;
  return (
    <>
      <Alert isInline variant="danger" title={isOwn ? words.isStopped : words.isStoppedWith[kill.scope](kill.name)} component="h2"
        actionLinks={mayLift && <AlertActionLink component="button" onClick={() => setAsking(true)}>{words.lift}</AlertActionLink>}>
        <p>{kill.reason}</p>
        <p>{words.since} <Time value={kill.killed_at} />. {words.revocation[kill.revocation]} {!kill.durable && words.notDurable}</p>
        {!mayLift && <p>{words.askToLift}</p>}
      </Alert>
      {isAsking && (
        <Question title={words.liftTitle(kill.name)} action={words.lift} run={lift} onClose={() => setAsking(false)}>
          <p>{words.liftBody}</p>
        </Question>
      )}
    </>
  );
}

/** What is shown differently once something was stopped or goes on; windows with something entered stay as they are. */
export async function afterKill(queries: ReturnType<typeof useQueryClient>): Promise<void> {
  for (const path of ['/api/v1/kills', '/api/v1/oauth-clients', '/api/v1/audit-events']) await queries.invalidateQueries({ queryKey: [path] });
}
