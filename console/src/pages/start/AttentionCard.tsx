import { Card, CardBody, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { text } from '../../app/messages';
import { start as words } from '../../app/messages/start';
import { errorText } from '../../components/FormError';
import { mostRows } from './vaultFacts';

/** So many entries are shown; the rest is counted. */
export const shown = 8;

/** One thing that somebody has to look at. */
export interface Entry {
  key: string;
  href: string;
  name: string;
  mark: ReactNode;
  detail?: string;
}

interface AttentionCardProps {
  title: string;
  entries?: Entry[];
  /** How many there are that are not among the entries. */
  more?: number;
  error: unknown;
  nothing: string;
  isShortened?: boolean;
}

/** A card of things that wait, each with where it is done. */
export function AttentionCard({ title, entries, more = 0, error, nothing, isShortened }: AttentionCardProps) {
  const rest = more + Math.max(0, (entries?.length ?? 0) - shown);
  return (
    <Card isFullHeight>
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>
        {Boolean(error) && <Content component="p">{words.failed}: {errorText(error)}</Content>}
        {!entries && !error && <Skeleton height="4rem" screenreaderText={text.common.loading} />}
        {entries?.length === 0 && <Content component="p">{nothing}</Content>}
        {entries && entries.length > 0 && (
          <List isPlain isBordered>
            {entries.slice(0, shown).map((entry) => (
              <ListItem key={entry.key}>
                {entry.mark} <Link href={entry.href}>{entry.name}</Link>
                {entry.detail && <Content component="small">{entry.detail}</Content>}
              </ListItem>
            ))}
            {rest > 0 && <ListItem>{words.andMore(rest)}</ListItem>}
          </List>
        )}
        {isShortened && <Content component="small">{words.shortened(mostRows)}</Content>}
      </CardBody>
    </Card>
  );
}
