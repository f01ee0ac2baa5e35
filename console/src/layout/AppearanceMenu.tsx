import { Divider } from '@patternfly/react-core/dist/esm/components/Divider';
import { MenuToggle } from '@patternfly/react-core/dist/esm/components/MenuToggle';
import { Select, SelectGroup, SelectList, SelectOption } from '@patternfly/react-core/dist/esm/components/Select';
import AdjustIcon from '@patternfly/react-icons/dist/esm/icons/adjust-icon';
import { useState } from 'react';
import { text } from '../app/messages';
import { chooseTheme, rememberedTheme, type Contrast, type Theme } from '../app/theme';

const words = text.masthead;
const themes: [Theme, string][] = [['system', words.system], ['light', words.light], ['dark', words.dark]];
const contrasts: [Contrast, string][] = [['system', words.system], ['default', words.contrastDefault], ['high', words.contrastHigh]];

/** Light or dark, and how much contrast. */
export function AppearanceMenu() {
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState(rememberedTheme);
  const choose = (value: string) => {
    const [kind, choice] = value.split(':');
    chooseTheme(kind === 'theme' ? { theme: choice as Theme } : { contrast: choice as Contrast });
    setChosen(rememberedTheme());
  };
  return (
    <Select
      isOpen={isOpen} onOpenChange={setOpen} onSelect={(_, value) => choose(String(value))} popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle ref={ref} variant="plain" isExpanded={isOpen} aria-label={words.appearance} icon={<AdjustIcon />}
          onClick={() => setOpen(!isOpen)} />
      )}
    >
      <SelectGroup label={words.theme}>
        <SelectList aria-label={words.theme}>
          {themes.map(([id, title]) => (
            <SelectOption key={id} value={`theme:${id}`} isSelected={chosen.theme === id}>{title}</SelectOption>
          ))}
        </SelectList>
      </SelectGroup>
      <Divider />
      <SelectGroup label={words.contrast}>
        <SelectList aria-label={words.contrast}>
          {contrasts.map(([id, title]) => (
            <SelectOption key={id} value={`contrast:${id}`} isSelected={chosen.contrast === id}>{title}</SelectOption>
          ))}
        </SelectList>
      </SelectGroup>
    </Select>
  );
}
