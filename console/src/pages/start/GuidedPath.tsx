import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Card, CardBody, CardFooter, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { ProgressStep, ProgressStepper } from '@patternfly/react-core/dist/esm/components/ProgressStepper';
import { StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useSearch } from 'wouter';
import { api } from '../../api/client';
import { usePermission, useSession } from '../../api/session';
import { start } from '../../app/messages/start';
import { savePreferences } from '../../app/preferences';
import { carry } from '../../app/url';
import { LinkButton } from '../../components/LinkButton';
import { useActivity, useCounts } from './vaultFacts';

const words = start;
/** How soon a step that was done elsewhere is ticked off. */
const quick_ms = 5_000;

function finish(): void {
  savePreferences({ guideDone: true });
}

/** Look-ups that were answered, ever; undefined: not known yet. The last day is asked often, the time before once. */
function useLookUps(isAllowed: boolean): number | undefined {
  const activity = useActivity(undefined, isAllowed, quick_ms);
  const today = activity.data?.by['token.handed_out'].total;
  const before = useQuery({
    queryKey: ['/api/v1/audit-events', 'ever'], enabled: isAllowed && today === 0, staleTime: Infinity, gcTime: Infinity,
    queryFn: ({ signal }) => api.get('/api/v1/audit-events', { query: { action: 'token.handed_out', page_size: 1 }, signal }),
  });
  return today === 0 ? before.data?.total : today;
}

type Step = keyof typeof words.steps;

const places: Record<Step, string> = {
  project: '/repository/projects/new', target_system: '/repository/vault/target-systems/new', client: '/repository/vault/oauth-clients/new',
  robot: '/repository/robots/new', look_up: '/repository/vault/oauth-clients',
};

/** Project, target system, client, robot, look-up: until the first look-up was answered, and never again after it. */
export function GuidedPath() {
  const { preferences } = useSession();
  return preferences['guideDone'] ? null : <Guide />;
}

function Guide() {
  const search = useSearch();
  const counts = useCounts(undefined);
  const mayReadAudit = usePermission('read_audit');
  const mayAdd = { project: usePermission('manage_projects', null), other: usePermission('configure') };
  const may = (step: Step) => step === 'look_up' || (step === 'project' ? mayAdd.project : mayAdd.other);
  const lookUps = useLookUps(mayReadAudit);
  // Who sees the last step done wants to see its tick; whoever comes later has no need of the way.
  const [wasOpen, setOpen] = useState(false);
  useEffect(() => {
    if (lookUps === 0) setOpen(true);
    else if (lookUps !== undefined && !wasOpen) finish();
  }, [lookUps, wasOpen]);
  if (!counts.data || (mayReadAudit && lookUps === undefined) || (lookUps && !wasOpen)) return null;
  const done: Record<Step, boolean> = {
    project: counts.data.projects > 0, target_system: counts.data.targetSystems > 0, client: counts.data.clients > 0,
    robot: counts.data.robots > 0, look_up: Boolean(lookUps),
  };
  // The last step cannot be ticked off for them.
  if (!mayReadAudit && done.robot && done.client) return null;
  const steps = Object.keys(places) as Step[];
  const current = steps.find((step) => !done[step]);
  return (
    <StackItem>
      <Card>
        <CardTitle component="h2">{words.guide}</CardTitle>
        <CardBody>
          <Content component="p">{words.guideBody}</Content>
          <ProgressStepper isVertical aria-label={words.guide}>
            {steps.map((step) => (
              <ProgressStep key={step} id={`guide-${step}`} titleId={`guide-${step}-title`} isCurrent={step === current}
                variant={done[step] ? 'success' : step === current ? 'info' : 'pending'}
                aria-label={`${words.steps[step].title}: ${done[step] ? words.stepDone : words.stepOpen}`}
                description={
                  <>
                    {words.steps[step].body}{' '}
                    {!done[step] && may(step) && (
                      <LinkButton href={carry(places[step], search)} variant={step === current ? 'primary' : 'link'} size="sm"
                        isInline={step !== current}>
                        {words.steps[step].button}
                      </LinkButton>
                    )}
                  </>
                }>
                {words.steps[step].title}
              </ProgressStep>
            ))}
          </ProgressStepper>
        </CardBody>
        {done.look_up && (
          <CardFooter><Button onClick={finish}>{words.guideClose}</Button></CardFooter>
        )}
      </Card>
    </StackItem>
  );
}
