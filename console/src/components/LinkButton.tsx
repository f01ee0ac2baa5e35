import { Button, type ButtonProps } from '@patternfly/react-core/dist/esm/components/Button';
import { useLocation } from 'wouter';

/** A link within the console that looks like a button; opens in another tab as every link does. */
export function LinkButton({ href, ...props }: ButtonProps & { href: string }) {
  const [, navigate] = useLocation();
  return (
    <Button {...props} component="a" href={href} onClick={(event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      navigate(href);
    }} />
  );
}
