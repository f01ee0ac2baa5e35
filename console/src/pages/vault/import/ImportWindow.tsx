import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { Progress } from '@patternfly/react-core/dist/esm/components/Progress';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useState } from 'react';
import { text } from '../../../app/messages';
import { tokenImportFile as words } from '../../../app/messages/tokenImportFile';
import { useSearchValue } from '../../../app/url';
import { errorText } from '../../../components/FormError';
import { ResourceWindow } from '../../../components/ResourceWindow';
import { fieldsOf, useChoices, useProjects } from '../oauth-clients/clientFields';
import { needsPerson } from '../grants';
import { ImportDestination } from './ImportDestination';
import { ImportRows } from './ImportRows';
import { ImportSource } from './ImportSource';
import type { ImportFile } from './importFile';
import { countOutcomes, type Destination } from './sendParts';
import { saveReport, useImport, type Import } from './useImport';

interface ImportWindowProps {
  onClose: () => void;
  /** Shows the clients of a target system in the list. */
  onShow: (to: Destination) => void;
}

/** Where the rows go: what the page's filter says, or the only one there is, until another is chosen. */
function useDestination() {
  const selected = useSearchValue('project');
  const [chosen, setChosen] = useState({ project: '', system: '' });
  const isNamed = (one: { id: string; name: string }) => one.id === selected || one.name === selected;
  const projects = useProjects();
  const project = chosen.project || (projects.find(isNamed)?.id ?? (projects.length === 1 ? projects[0]?.id : undefined) ?? '');
  const choices = useChoices({ ...fieldsOf(), project, targetSystem: chosen.system });
  const systems = choices.systems.filter((one) => needsPerson(one.grant));
  const system = chosen.system || (systems.length === 1 ? systems[0]?.id : undefined) || '';
  const name = words.where(projects.find((one) => one.id === project)?.name ?? '', systems.find((one) => one.id === system)?.name ?? '');
  const choose = (next: string, inIt: string) => setChosen({ project: next, system: inIt });
  return { project, system, systems, choices, name, choose };
}

/** The window for `/repository/vault/oauth-clients/import`: a file, what would become of it, and what became of it. */
export default function ImportWindow({ onClose, onShow }: ImportWindowProps) {
  const to = useDestination();
  const work = useImport();
  const { phase, file } = work;
  const isRunning = phase === 'checking' || phase === 'importing';
  return (
    <ResourceWindow title={words.title} description={phase === 'choosing' ? words.lead : `${words.into} ${work.to?.name}`} variant="large"
      onClose={onClose} isDirty={file !== undefined && phase !== 'done'} leaving={leaving(work)}
      footer={(close) => (
        <Buttons work={work} to={to.system === '' ? undefined : to} close={close} show={() => work.to && onShow(work.to)} />
      )}>
      <Stack hasGutter>
        {phase === 'choosing' && (
          <StackItem>
            <Form isWidthLimited onSubmit={(event) => event.preventDefault()}>
              <ImportDestination {...to} onChange={to.choose} />
              <ImportSource file={file} onTake={work.take} />
            </Form>
          </StackItem>
        )}
        <Said work={work} />
        {isRunning && file && (
          <StackItem>
            <Progress title={work.isStopping ? words.stopping : phase === 'checking' ? words.checking : words.importing} value={work.done}
              max={total(work)} label={words.progress(work.done, total(work))} measureLocation="outside" />
          </StackItem>
        )}
        {file && !isRunning && <StackItem><ImportRows file={file} outcomes={work.outcomes} isDone={phase === 'done'} /></StackItem>}
      </Stack>
    </ResourceWindow>
  );
}

function total({ phase, file, outcomes }: Import): number {
  const { refused } = countOutcomes(outcomes);
  return phase === 'importing' ? outcomes.size - refused : file?.rows.length ?? 0;
}

/** What there is to say about the file, the check or the import. */
function Said({ work }: { work: Import }) {
  const { phase, file, error } = work;
  const { created, updated, refused } = countOutcomes(work.outcomes);
  return (
    <>
      {phase === 'choosing' && error !== undefined && (
        <StackItem><Alert isInline isLiveRegion variant="danger" title={words.checkFailed}>{errorText(error)}</Alert></StackItem>
      )}
      {phase === 'choosing' && file && file.unknown.length > 0 && (
        <StackItem><Alert isInline isLiveRegion variant="warning" title={words.unknown(file.unknown)} /></StackItem>
      )}
      {phase === 'choosing' && file?.hasNoToken && (
        <StackItem><Alert isInline isLiveRegion variant="danger" title={words.noToken} /></StackItem>
      )}
      {phase === 'checked' && (
        <StackItem>
          <Alert isInline isLiveRegion variant={refused > 0 ? 'warning' : 'info'}
            title={created + updated > 0 ? words.checked(created, updated) : words.checkedNothing}>
            {refused > 0 && <Content component="p">{words.refusedSome(refused)}</Content>}
            {created + updated > 0 && <Content component="p">{words.once}</Content>}
          </Alert>
        </StackItem>
      )}
      {phase === 'done' && file && <StackItem><Ended work={work} file={file} /></StackItem>}
    </>
  );
}

function Ended({ work, file }: { work: Import; file: ImportFile }) {
  const { outcomes } = work;
  const { created, updated, refused, unknown, unsent } = countOutcomes(outcomes);
  const isWhole = unknown + unsent === 0;
  return (
    <Alert isInline isLiveRegion title={words.doneTitle(created, updated)}
      variant={work.error !== undefined ? 'danger' : refused > 0 || !isWhole ? 'warning' : 'success'}
      actionLinks={<AlertActionLink onClick={() => saveReport(file.rows, outcomes)}>{words.report}</AlertActionLink>}>
      {work.error !== undefined && <Content component="p">{words.failed}: {errorText(work.error)}</Content>}
      {work.error === undefined && !isWhole && <Content component="p">{words.stopped}</Content>}
      {refused > 0 && <Content component="p">{words.refusedSome(refused)}</Content>}
      <Content component="p">{words.next}</Content>
    </Alert>
  );
}

/** What closing the window asks while there is something to lose. */
function leaving(work: Import) {
  if (work.phase !== 'importing') {
    return { title: words.leaveTitle, body: words.leaveBody, actions: [{ label: words.leave, variant: 'danger' as const }], stay: words.stayHere };
  }
  return { title: words.leaveRunningTitle, body: words.leaveRunningBody, actions: [{ label: words.goOnAlone }], stay: words.stayHere };
}

interface ButtonsProps {
  work: Import;
  /** Left out: it is not chosen yet. */
  to?: Destination;
  close: () => void;
  show: () => void;
}

function Buttons({ work, to, close, show }: ButtonsProps) {
  const { phase, file, outcomes } = work;
  const { created, updated, unknown, unsent } = countOutcomes(outcomes);
  const left = unknown + unsent;
  if (phase === 'checking' || phase === 'importing') {
    return <Button variant="secondary" isDisabled={work.isStopping} onClick={work.stop}>{words.stop}</Button>;
  }
  if (phase === 'done' && file) {
    return (
      <>
        {left > 0 && <Button onClick={() => void work.run()}>{words.goOn(left)}</Button>}
        <Button variant={left > 0 ? 'secondary' : 'primary'} onClick={show}>{words.show}</Button>
        <Button variant="link" onClick={close}>{text.common.close}</Button>
      </>
    );
  }
  return (
    <>
      {phase === 'choosing' && (
        <Button isDisabled={!file || !to || file.hasNoToken} onClick={() => to && void work.check(to)}>{words.check}</Button>
      )}
      {phase === 'checked' && (
        <Button isDisabled={created + updated === 0} onClick={() => void work.run()}>{words.import(created + updated)}</Button>
      )}
      {phase === 'checked' && <Button variant="secondary" onClick={work.back}>{words.back}</Button>}
      <Button variant="link" onClick={close}>{text.common.cancel}</Button>
    </>
  );
}
