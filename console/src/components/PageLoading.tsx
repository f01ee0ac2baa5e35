import { Bullseye } from '@patternfly/react-core/dist/esm/layouts/Bullseye';
import { Spinner } from '@patternfly/react-core/dist/esm/components/Spinner';
import { text } from '../app/messages';

/** While a page is on its way. */
export function PageLoading() {
  return <Bullseye><Spinner aria-label={text.common.loading} /></Bullseye>;
}
