// Stands for the module of this name in the kit's table (vite.config.ts): the help beside a column's header, read when one has it,
// because a popover and all that it needs would otherwise be in the first load of every list.
import { lazy } from 'react';

export const HeaderCellInfoWrapper = lazy(async () => ({
  default: (await import('@patternfly/react-table/dist/esm/components/Table/HeaderCellInfoWrapper.js')).HeaderCellInfoWrapper,
}));
