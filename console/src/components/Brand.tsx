import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import mark from '../app/mark.svg';
import { text } from '../app/messages';

/** The product's sign and name. */
export function Brand() {
  return (
    <Flex component="span" alignItems={{ default: 'alignItemsCenter' }} spaceItems={{ default: 'spaceItemsSm' }} flexWrap={{ default: 'nowrap' }}>
      <FlexItem component="span"><img src={mark} alt="" width={24} height={24} /></FlexItem>
      <FlexItem component="span">{text.product}</FlexItem>
    </Flex>
  );
}
