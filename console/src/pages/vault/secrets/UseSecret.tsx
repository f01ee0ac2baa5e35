import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Tab, Tabs, TabTitleText } from '@patternfly/react-core/dist/esm/components/Tabs';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { useState } from 'react';
import { useSession } from '../../../api/session';
import { secrets as words } from '../../../app/messages/secrets';
import { trust } from '../../../app/messages/trust';
import { Code } from '../../../components/Code';
import { ServerTrust } from '../../../components/ServerTrust';
import { languages, snippet, type Language } from './secretSnippets';
import type { Secret } from './secretTypes';

/** How robots get it: code to copy. */
export function UseSecret({ secret }: { secret: Secret }) {
  const { server } = useSession();
  const [open, setOpen] = useState<Language>('curl');
  const names = {
    url: server.public_url || window.location.origin, id: secret.id, project: secret.project_name, targetSystem: secret.target_system_name,
    label: secret.label,
  };
  return (
    <>
      <Title headingLevel="h2">{words.use}</Title>
      <Content component="p">{words.useLead}</Content>
      <Tabs activeKey={open} aria-label={words.snippets} isSubtab onSelect={(_, language) => setOpen(language as Language)}>
        {languages.map((language) => (
          <Tab key={language} eventKey={language} title={<TabTitleText>{words.snippetNames[language]}</TabTitleText>} tabContentId="secret-snippet" />
        ))}
      </Tabs>
      <div id="secret-snippet" role="tabpanel" aria-label={words.snippetNames[open]}>
        <Code value={snippet(open, names)} label={words.snippetNames[open]} />
        <Content component="p">{words.keyFileOfRobot}</Content>
        <Content component="p">{words.useNext}</Content>
        <Title headingLevel="h3">{trust.title}</Title>
        <ServerTrust />
      </div>
    </>
  );
}
