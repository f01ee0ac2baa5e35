import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import {
  DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm,
} from '@patternfly/react-core/dist/esm/components/DescriptionList';
import { Tab, Tabs, TabTitleText } from '@patternfly/react-core/dist/esm/components/Tabs';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useState } from 'react';
import { useSession } from '../../../api/session';
import { client as words } from '../../../app/messages/client';
import { trust } from '../../../app/messages/trust';
import { Code } from '../../../components/Code';
import { ServerTrust } from '../../../components/ServerTrust';
import type { OAuthClient } from './health';
import { formatSnippet, languages, snippet, type Language, type Names } from './snippets';
import { TestLookUp } from './TestLookUp';

/** How robots get its token: code to copy, and a try. */
export function UseIt({ client }: { client: OAuthClient }) {
  const { server } = useSession();
  const [open, setOpen] = useState<Language>('curl');
  const names: Names = {
    url: server.public_url || window.location.origin, id: client.id, project: client.project_name,
    targetSystem: client.target_system_name, label: client.label,
  };
  return (
    <Stack hasGutter>
      <StackItem><TestLookUp client={client} /></StackItem>
      <StackItem>
        <Title headingLevel="h2">{words.use}</Title>
        <Content component="p">{words.useLead}</Content>
        <Tabs activeKey={open} aria-label={words.snippets} isSubtab onSelect={(_, language) => setOpen(language as Language)}>
          {languages.map((language) => (
            <Tab key={language} eventKey={language} title={<TabTitleText>{words.snippetNames[language]}</TabTitleText>} tabContentId="snippet" />
          ))}
        </Tabs>
        <div id="snippet" role="tabpanel" aria-label={words.snippetNames[open]}>
          <Code value={snippet(open, names)} label={words.snippetNames[open]} />
          {open === 'cli' && (
            <>
              <Content component="p">{words.formatsLead}</Content>
              <Code value={formatSnippet(names)} label={words.formats} />
            </>
          )}
          <Content component="p">{words.keyFile}</Content>
          <Title headingLevel="h3">{trust.title}</Title>
          <ServerTrust />
          <Content component="p">{words.trustWhere[open]}</Content>
          <Title headingLevel="h3">{words.answersTitle}</Title>
          <DescriptionList isHorizontal isCompact aria-label={words.answersTitle}>
            {words.answers.map(([status, meaning]) => (
              <DescriptionListGroup key={status}>
                <DescriptionListTerm>{status}</DescriptionListTerm>
                <DescriptionListDescription>{meaning}</DescriptionListDescription>
              </DescriptionListGroup>
            ))}
          </DescriptionList>
        </div>
      </StackItem>
    </Stack>
  );
}
