import { Card, CardBody, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { ProgressStep, ProgressStepper } from '@patternfly/react-core/dist/esm/components/ProgressStepper';
import { StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useEffect } from 'react';
import { useSearch } from 'wouter';
import { usePermission, useSession } from '../../api/session';
import { start } from '../../app/messages/start';
import { savePreferences } from '../../app/preferences';
import { carry } from '../../app/url';
import { LinkButton } from '../../components/LinkButton';
import { useActivity, useCounts } from './vaultFacts';

const words = start;
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
  const activity = useActivity(undefined, usePermission('read_audit'));
  const handedOut = activity.data?.by['token.handed_out'].total ?? 0;
  useEffect(() => {
    if (handedOut > 0) savePreferences({ guideDone: true });
  }, [handedOut]);
  if (!counts.data || handedOut > 0) return null;
  const done: Record<Step, boolean> = {
    project: counts.data.projects > 0, target_system: counts.data.targetSystems > 0, client: counts.data.clients > 0,
    robot: counts.data.robots > 0, look_up: false,
  };
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
                    {!done[step] && (
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
      </Card>
    </StackItem>
  );
}
