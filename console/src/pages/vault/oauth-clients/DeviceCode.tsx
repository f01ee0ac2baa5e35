import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import type { components } from '../../../api/schema';
import { authorize as words } from '../../../app/messages/authorize';
import { CopyField } from '../../../components/CopyField';
import { QrCode } from '../../../components/QrCode';
import { Time } from '../../../components/Time';
import { linkOf } from './deviceLink';

type DevicePrompt = components['schemas']['DevicePrompt'];

/** What somebody types in at the provider, and where: host and code plainly, whatever the address in the picture says. */
export function DeviceCode({ device, until }: { device: DevicePrompt; until: string }) {
  const complete = linkOf(device.verification_uri_complete);
  const plain = linkOf(device.verification_uri);
  return (
    <Flex alignItems={{ default: 'alignItemsFlexStart' }} spaceItems={{ default: 'spaceItemsLg' }}>
      <FlexItem flex={{ default: 'flex_1' }}>
        <Stack hasGutter>
          <StackItem>
            <Content component="p">{words.codeLead}</Content>
            <Content component="p"><strong><bdi>{device.verification_uri}</bdi></strong></Content>
            {plain && <a href={plain} target="_blank" rel="noopener noreferrer">{words.codeOpen}</a>}
          </StackItem>
          <StackItem>
            <Title headingLevel="h3" size="2xl"><bdi translate="no">{device.user_code}</bdi></Title>
            <CopyField value={device.user_code} label={words.code} />
          </StackItem>
          <StackItem>
            <Content component="small">{words.codeCompare} {words.codeUntil} <Time value={until} />.</Content>
          </StackItem>
        </Stack>
      </FlexItem>
      {complete && <FlexItem><QrCode content={complete} label={words.codePicture} /></FlexItem>}
    </Flex>
  );
}
