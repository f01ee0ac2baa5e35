import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Card, CardBody, CardFooter, CardHeader, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { EmptyState } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Label, LabelGroup } from '@patternfly/react-core/dist/esm/components/Label';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import ExternalLinkAltIcon from '@patternfly/react-icons/dist/esm/icons/external-link-alt-icon';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { Gallery } from '@patternfly/react-core/dist/esm/layouts/Gallery';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useLocation, useRoute, useSearch } from 'wouter';
import { deleteProviderFile, providersPath } from '../../api/serviceProviders';
import { usePermission } from '../../api/session';
import { useShortcut } from '../../app/shortcuts';
import { text } from '../../app/messages';
import { serviceProviders } from '../../app/messages/serviceProviders';
import { targetSystems } from '../../app/messages/targetSystems';
import { carry, useSearchChange, useSearchValue } from '../../app/url';
import { FilterBox } from '../../components/FilterBox';
import { KilledAlert } from '../../components/KilledAlert';
import { useKills } from '../../components/kills';
import { LinkButton } from '../../components/LinkButton';
import { ListPage } from '../../components/ListPage';
import { PageError } from '../../components/PageError';
import { PageLoading } from '../../components/PageLoading';
import { ProviderIcon } from '../../components/ProviderIcon';
import { Question } from '../../components/Question';
import { showToast } from '../../components/toastStore';
import { flowsOf, type ServiceProvider } from '../vault/target-systems/draft';
import { matches } from '../vault/target-systems/ProviderPicker';
import { useServiceProviders } from '../vault/target-systems/serviceProviders';

const KillWindow = lazy(() => import('../../components/KillWindow'));

const OwnProviderWindow = lazy(() => import('./OwnProviderWindow'));

const words = serviceProviders;
const base = '/administration/service-providers';
/** What holds of nearly everybody is nothing special. */
const usualInterval_s = 30;

/** Administration > Service providers: the catalogue, and entries of one's own in it. */
export default function ServiceProvidersPage() {
  const [, change] = useSearchChange();
  const filter = useSearchValue('filter') ?? '';
  const providers = useServiceProviders();
  const mayAdd = usePermission('approve_destination', null);
  const [, navigate] = useLocation();
  const search = useSearch();
  const [isWindow, parameters] = useRoute<{ id: string }>(`${base}/:id`);
  const open = (id: string) => navigate(`${base}${id && `/${id}`}${search && `?${search}`}`);
  useShortcut('r', () => void providers.refetch());
  if (providers.isError) return <PageError title={text.common.pageFailed} error={providers.error} retry={() => void providers.refetch()} />;
  if (!providers.data) return <PageLoading />;
  const found = providers.data.filter((provider) => matches(provider, filter));
  return (
    <ListPage title={words.title} lead={words.lead}>
      <Stack hasGutter>
        <StackItem>
          <Flex>
            <FlexItem>
              <FilterBox label={words.filter} placeholder={words.filter} value={filter} onChange={(next) => change({ filter: next }, true)} />
            </FlexItem>
            {mayAdd && <FlexItem><Button onClick={() => open('new')}>{words.add}</Button></FlexItem>}
          </Flex>
        </StackItem>
        <StackItem>
          {found.length === 0 ? <EmptyState titleText={words.none} headingLevel="h2" /> : (
            <Gallery hasGutter minWidths={{ default: '300px' }}>
              {found.map((provider) => <ProviderCard key={provider.id} provider={provider} open={open} />)}
            </Gallery>
          )}
        </StackItem>
      </Stack>
      <Suspense>{mayAdd && isWindow && <OwnProviderWindow key={parameters.id} id={parameters.id} onClose={() => open('')} />}</Suspense>
    </ListPage>
  );
}

/** What is worth knowing of an entry before one uses it. */
function particulars(provider: ServiceProvider): string[] {
  const needed = provider.endpoint_parameters.filter(({ required }) => required).map(({ label }) => label);
  const said = [
    provider.discovery && words.discovery,
    needed.length > 0 && words.needs(needed.join(', ')),
    provider.tenant && words.tenant(provider.tenant.label),
    provider.scopes.app_only_default_scope ? words.appOnly : provider.scopes.required && words.scopesRequired,
    provider.takes_resources && words.resources,
    provider.sign_in?.login_hint && words.loginHint,
    provider.min_retrieval_interval > usualInterval_s && words.minInterval(provider.min_retrieval_interval),
  ].filter((one): one is string => Boolean(one));
  return said.length > 0 ? said : [words.plain];
}

function ProviderCard({ provider, open }: { provider: ServiceProvider; open: (id: string) => void }) {
  const search = useSearch();
  const mayChange = usePermission('configure');
  const mayStop = usePermission('kill', null);
  const [isStopping, setStopping] = useState(false);
  const stopped = useKills()({ service_provider: provider.id });
  const target = carry('/repository/vault/target-systems/new', search);
  const use = `${target}${target.includes('?') ? '&' : '?'}provider=${encodeURIComponent(provider.id)}`;
  return (
    <Card isFullHeight component="section" aria-label={provider.name}>
      <CardHeader>
        <Flex alignItems={{ default: 'alignItemsCenter' }} spaceItems={{ default: 'spaceItemsSm' }} flexWrap={{ default: 'nowrap' }}>
          <FlexItem><ProviderIcon icon={provider.console.icon} name={provider.name} /></FlexItem>
          <FlexItem><CardTitle component="h2">{provider.name}</CardTitle></FlexItem>
        </Flex>
      </CardHeader>
      <CardBody>
        <Stack hasGutter>
          <StackItem>
            <LabelGroup aria-label={words.grants} numLabels={6}>
              {ownLabel(provider)}
              {flowsOf(provider).map((flow) => <Label key={flow} variant="outline">{targetSystems.flows[flow]}</Label>)}
            </LabelGroup>
          </StackItem>
          {stopped && <StackItem><KilledAlert kill={stopped} subject={provider.id} /></StackItem>}
          <StackItem><List>{particulars(provider).map((one) => <ListItem key={one}>{one}</ListItem>)}</List></StackItem>
        </Stack>
      </CardBody>
      <CardFooter>
        <Flex>
          {mayChange && (
            <FlexItem>
              <LinkButton variant="secondary" href={use} aria-label={words.useOf(provider.name)}>{words.use}</LinkButton>
            </FlexItem>
          )}
          {provider.documentation && (
            <FlexItem>
              <Button variant="link" isInline component="a" href={provider.documentation} target="_blank" rel="noreferrer"
                aria-label={words.documentationOf(provider.name)} icon={<ExternalLinkAltIcon />} iconPosition="end">
                {words.documentation}
              </Button>
            </FlexItem>
          )}
          {provider.origin === 'api' && <OwnActions provider={provider} open={open} />}
          {mayStop && !stopped && (
            <FlexItem>
              <Button variant="link" isInline isDanger aria-label={`${text.common.stop}: ${provider.name}`} onClick={() => setStopping(true)}>
                {text.common.stop}
              </Button>
            </FlexItem>
          )}
        </Flex>
        {isStopping && (
          <Suspense>
            <KillWindow scope="service_provider" subject={provider.id} name={provider.name} place={null} onClose={() => setStopping(false)} />
          </Suspense>
        )}
      </CardFooter>
    </Card>
  );
}

function ownLabel({ origin }: ServiceProvider) {
  if (origin === 'built_in') return null;
  return <Label color="blue">{origin === 'api' ? words.own : words.ownFile}</Label>;
}

/** For who may say where secrets go. */
function OwnActions({ provider, open }: { provider: ServiceProvider; open: (id: string) => void }) {
  const mayChange = usePermission('approve_destination', null);
  const [isGoing, setGoing] = useState(false);
  const queries = useQueryClient();
  if (!mayChange) return null;
  const remove = async () => {
    await deleteProviderFile(provider.id);
    showToast({ title: words.deleted(provider.name) });
    await queries.invalidateQueries({ queryKey: [providersPath] });
  };
  return (
    <>
      <FlexItem>
        <Button variant="link" isInline aria-label={words.editOf(provider.name)} onClick={() => open(provider.id)}>{text.common.edit}</Button>
      </FlexItem>
      <FlexItem>
        <Button variant="link" isInline isDanger aria-label={words.deleteOf(provider.name)} onClick={() => setGoing(true)}>
          {text.common.delete}
        </Button>
      </FlexItem>
      {isGoing && (
        <Question title={words.deleteTitle(provider.name)} action={text.common.delete} run={remove} onClose={() => setGoing(false)}>
          <p>{words.deleteBody}</p>
        </Question>
      )}
    </>
  );
}
