// A QR code (ISO/IEC 18004) as the path of a vector graphic: no picture has to be loaded from anywhere.
import qrcode from 'qrcode-generator';

export interface QrPath {
  /** Modules on each side, with the quiet zone around. */
  size: number;
  /** The dark modules, for the `d` of a path. */
  path: string;
}

/** What the standard wants free around it, in modules. */
const quietZone = 4;

/** `content`, which is ASCII as addresses are, at error correction level M, in the smallest version that holds it. */
export function qrPath(content: string): QrPath {
  const code = qrcode(0, 'M');
  code.addData(content);
  code.make();
  const modules = code.getModuleCount();
  let path = '';
  for (let row = 0; row < modules; row++) {
    for (let column = 0; column < modules; column++) {
      if (code.isDark(row, column)) path += `M${column + quietZone} ${row + quietZone}h1v1h-1z`;
    }
  }
  return { size: modules + 2 * quietZone, path };
}
