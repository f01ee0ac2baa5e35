import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { text } from '../app/messages';
import { ListPage } from './ListPage';

/** Stands where a page will be. */
export function PlaceholderPage({ title }: { title: string }) {
  return <ListPage title={title}><Content component="p">{text.common.notBuilt}</Content></ListPage>;
}
