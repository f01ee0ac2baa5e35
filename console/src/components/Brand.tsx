import mark from '../app/mark.svg';
import { text } from '../app/messages';

/** The product's sign and name. */
export function Brand() {
  return <><img src={mark} alt="" width={24} height={24} />&nbsp;{text.product}</>;
}
