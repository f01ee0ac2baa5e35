import { ClipboardCopy, ClipboardCopyButton } from '@patternfly/react-core/dist/esm/components/ClipboardCopy';
import { CodeBlock, CodeBlockAction, CodeBlockCode } from '@patternfly/react-core/dist/esm/components/CodeBlock';
import { useId, useState } from 'react';
import { text } from '../app/messages';

export interface CopyFieldProps {
  value: string;
  /** Names it for screen readers. */
  label: string;
  isCode?: boolean;
  /** Shows the whole of a text that is longer than a line, under its label. */
  isLong?: boolean;
}

/** A value to copy, such as a callback address. */
export function CopyField({ value, label, isCode = false, isLong = false }: CopyFieldProps) {
  if (isLong) return <CopyBlock value={value} label={label} />;
  return (
    <ClipboardCopy
      isReadOnly
      isCode={isCode}
      hoverTip={text.common.copy}
      clickTip={text.common.copied}
      textAriaLabel={label}
      toggleAriaLabel={label}
      copyAriaLabel={`${text.common.copy}: ${label}`}
    >
      {value}
    </ClipboardCopy>
  );
}

function CopyBlock({ value, label }: { value: string; label: string }) {
  const id = useId();
  const [isCopied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(value).then(() => setCopied(true), () => undefined);
  const actions = (
    <>
      <CodeBlockAction>{label}</CodeBlockAction>
      <CodeBlockAction>
        <ClipboardCopyButton id={`${id}-copy`} textId={id} variant="plain" aria-label={`${text.common.copy}: ${label}`}
          onClick={() => void copy()} onTooltipHidden={() => setCopied(false)}>
          {isCopied ? text.common.copied : text.common.copy}
        </ClipboardCopyButton>
      </CodeBlockAction>
    </>
  );
  return <CodeBlock actions={actions}><CodeBlockCode id={id}>{value}</CodeBlockCode></CodeBlock>;
}
