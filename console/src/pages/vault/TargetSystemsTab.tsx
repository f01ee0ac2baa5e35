import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { text } from '../../app/messages';

export default function TargetSystemsTab() {
  return <Content component="p">{text.common.notBuilt}</Content>;
}
