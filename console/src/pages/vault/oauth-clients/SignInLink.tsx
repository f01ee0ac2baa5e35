import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import ExternalLinkAltIcon from '@patternfly/react-icons/dist/esm/icons/external-link-alt-icon';
import { useState } from 'react';
import { text } from '../../../app/messages';
import { authorize as words } from '../../../app/messages/authorize';
import { CopyField } from '../../../components/CopyField';
import { Time } from '../../../components/Time';
import { showToast } from '../../../components/toastStore';


/** The link to sign in with: opened here, or sent to somebody. */
export function SignInLink({ url, until }: { url: string; until?: string }) {
  const [isBlocked, setBlocked] = useState(false);
  const goThere = () => {
    // With "noopener" it could not be told whether the browser opened it, so what it could do with this page is taken away after.
    const opened = window.open(url, '_blank');
    if (opened) opened.opener = null;
    setBlocked(opened === null);
  };
  const copy = () => navigator.clipboard.writeText(url).then(() => showToast({ title: text.common.copied }), () => undefined);
  return (
    <Stack hasGutter>
      <StackItem>
        <Flex>
          <FlexItem><Button icon={<ExternalLinkAltIcon />} onClick={goThere}>{words.continueHere}</Button></FlexItem>
          <FlexItem><Button variant="secondary" onClick={() => void copy()}>{words.copyLink}</Button></FlexItem>
        </Flex>
      </StackItem>
      {isBlocked && (
        <StackItem>
          <Alert isInline isLiveRegion variant="warning" title={words.blocked}>
            <a href={url} target="_blank" rel="noopener noreferrer">{words.openPlain}</a>
          </Alert>
        </StackItem>
      )}
      <StackItem>
        <Content component="p">{words.orSend} {until && <>{words.linkUntil} <Time value={until} />.</>}</Content>
        <CopyField value={url} label={words.copyLink} />
        <Content component="small">{words.privateWindow}</Content>
      </StackItem>
    </Stack>
  );
}
