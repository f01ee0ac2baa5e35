import { useMemo } from 'react';
import { qrPath } from './qr';

export interface QrCodeProps {
  content: string;
  /** Says what it is to who cannot see it. */
  label: string;
  width?: string;
}

/** Dark on light whatever the theme: scanners want it so. */
export function QrCode({ content, label, width = '12rem' }: QrCodeProps) {
  const { size, path } = useMemo(() => qrPath(content), [content]);
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} width={width} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
