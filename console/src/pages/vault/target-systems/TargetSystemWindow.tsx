import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../../../api/client';
import { isProblem } from '../../../api/problem';
import { allows, useSession } from '../../../api/session';
import { text } from '../../../app/messages';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { changeSearch, safeReturn, useSearchValue } from '../../../app/url';
import { FormError } from '../../../components/FormError';
import { ResourceWindow } from '../../../components/ResourceWindow';
import { copyOf, draftOf, emptyDraft, withProvider, type Draft, type TargetSystem } from './draft';
import { ResourceStep } from './ResourceStep';
import { useServiceProviders } from './serviceProviders';
import { TargetSystemForm } from './TargetSystemForm';
import { openedFor } from './wantedField';

const words = targetSystemsWords;

interface WindowProps {
  /** `new`, or whose it is. */
  id: string;
  onClose: () => void;
}

/**
 * The window for `…/target-systems/new` and `…/{id}/edit`. Of a new one the address may say `from` (whose copy it is), `provider`,
 * `by=address` (a resource is asked first), and `return_to`: the page that needs it, which is gone back to with `target_system`. Of one that is there it may say `field`:
 * what has to be mended, which is ready for it.
 */
export function TargetSystemWindow({ id, onClose }: WindowProps) {
  const from = useSearchValue('from');
  const field = useSearchValue('field');
  if (id !== 'new') return <Existing key={id} id={id} onClose={onClose} begin={(system) => openedFor(draftOf(system), field)} />;
  return from ? <Existing key={from} id={from} isCopy onClose={onClose} begin={(system) => copyOf(system, words.copyOf(system.name))} />
    : <New onClose={onClose} />;
}

function useLeaving(onClose: () => void): { leave: () => void; saved: (system: TargetSystem) => void } {
  const [, navigate] = useLocation();
  const target = safeReturn(useSearchValue('return_to') ?? null, '');
  if (!target) return { leave: onClose, saved: onClose };
  const go = (systemId?: string) => {
    const [path = '', search = ''] = target.split('?', 2);
    const rest = changeSearch(search, { target_system: systemId });
    navigate(rest ? `${path}?${rest}` : path);
  };
  return { leave: () => go(), saved: (system) => go(system.id) };
}

/** That of the page's selector; else all projects, or, for who may not, the first in which they may. '' is all. */
function useUsualProject(): string {
  const session = useSession();
  const selected = useSearchValue('project');
  if (selected || allows(session, 'configure', null)) return selected ?? '';
  return session.projects.find(({ id }) => allows(session, 'configure', id))?.id ?? '';
}

function New({ onClose }: Pick<WindowProps, 'onClose'>) {
  const project = useUsualProject();
  const wanted = useSearchValue('provider');
  const by = useSearchValue('by');
  const [found, setFound] = useState<Draft>();
  const providers = useServiceProviders();
  const { leave, saved } = useLeaving(onClose);
  if (wanted && providers.isPending) return <Loading onClose={onClose} />;
  const provider = providers.data?.find(({ id }) => id === wanted);
  const byIssuer = providers.data?.find(({ discovery }) => discovery);
  if (by === 'address' && !found) {
    return byIssuer ? <ResourceStep draft={emptyDraft(project)} provider={byIssuer} onClose={leave} onFound={setFound} /> : <Loading onClose={onClose} />;
  }
  if (found) return <Begun begun={found} reload={() => undefined} onClose={leave} onSaved={saved} />;
  const begun = provider ? withProvider(emptyDraft(project), provider) : emptyDraft(project);
  return <Begun begun={begun} reload={() => undefined} onClose={leave} onSaved={saved} />;
}

/** Keeps what the form began with, however often the address around it changes. */
function Begun(props: Parameters<typeof TargetSystemForm>[0]) {
  const [begun] = useState(props.begun);
  return <TargetSystemForm {...props} begun={begun} />;
}

interface ExistingProps extends WindowProps {
  isCopy?: boolean;
  begin: (system: TargetSystem) => Draft;
}

function Existing({ id, isCopy, onClose, begin }: ExistingProps) {
  const { leave, saved } = useLeaving(onClose);
  const system = useQuery({
    queryKey: ['/api/v1/target-systems', id], staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false,
    queryFn: ({ signal }) => api.get('/api/v1/target-systems/{id}', { path: { id }, signal }),
  });
  if (!system.data) return <Loading onClose={onClose} error={system.error} />;
  // Another revision was asked for: begin afresh with it.
  return (
    <Begun key={system.data.revision} begun={begin(system.data)} stored={isCopy ? undefined : system.data}
      reload={() => void system.refetch()} onClose={leave} onSaved={saved} />
  );
}

function Loading({ onClose, error }: { onClose: () => void; error?: unknown }) {
  return (
    <ResourceWindow title={text.vault.targetSystems} onClose={onClose}
      footer={(close) => <Button variant="link" onClick={close}>{text.common.close}</Button>}>
      {!error ? <Skeleton height="16rem" screenreaderText={text.common.loading} />
        : isProblem(error, 'not_found') ? words.gone : <FormError error={error} labels={{}} />}
    </ResourceWindow>
  );
}
