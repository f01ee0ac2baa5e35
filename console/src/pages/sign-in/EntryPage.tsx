import { Login, LoginHeader, LoginMainBody, LoginMainHeader } from '@patternfly/react-core/dist/esm/components/LoginPage';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import type { ReactNode } from 'react';
import { text } from '../../app/messages';

/** The frame of what is shown before the console: signing in, choosing a password. */
export function EntryPage({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <Login header={<LoginHeader headerBrand={<Title headingLevel="h2" size="2xl">{text.product}</Title>} />}>
      <LoginMainHeader title={title} subtitle={lead} />
      <LoginMainBody>{children}</LoginMainBody>
    </Login>
  );
}
