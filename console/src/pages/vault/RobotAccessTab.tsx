import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { text } from '../../app/messages';

export default function RobotAccessTab() {
  return <Content component="p">{text.common.notBuilt}</Content>;
}
