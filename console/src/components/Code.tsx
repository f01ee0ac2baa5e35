import { ClipboardCopyButton } from '@patternfly/react-core/dist/esm/components/ClipboardCopy';
import { CodeBlock, CodeBlockAction, CodeBlockCode } from '@patternfly/react-core/dist/esm/components/CodeBlock';
import { useId, useState } from 'react';
import { text } from '../app/messages';
import { client as words } from '../app/messages/client';

/** Code to copy, such as how a robot asks. */
export function Code({ value, label }: { value: string; label: string }) {
  const id = useId();
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(value).then(() => setCopied(true));
  };
  return (
    <CodeBlock actions={(
      <CodeBlockAction>
        <ClipboardCopyButton id={`${id}-copy`} textId={`${id}-code`} aria-label={`${words.copyCode}: ${label}`} variant="plain" onClick={copy}
          exitDelay={isCopied ? 1500 : 600} onTooltipHidden={() => setCopied(false)}>
          {isCopied ? text.common.copied : words.copyCode}
        </ClipboardCopyButton>
      </CodeBlockAction>
    )}>
      <CodeBlockCode id={`${id}-code`} tabIndex={0} aria-label={label} role="region">{value}</CodeBlockCode>
    </CodeBlock>
  );
}
