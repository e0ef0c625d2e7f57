/** A vector picture as PNG, drawn by the browser at twice its size: sharp on dense screens and in documents. */
import type { TimelinePicture } from '../timeline/picture.ts';

const SCALE = 2;
/** Most pixels a side: browsers have no larger canvas. */
const MOST = 16_000;

/** @throws Error when the browser cannot draw it */
export async function pngOf({ svg, width, height }: TimelinePicture): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(SCALE, MOST / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (png === null) throw new Error('This browser could not make a PNG of this size.');
    return png;
  } finally {
    URL.revokeObjectURL(url);
  }
}
