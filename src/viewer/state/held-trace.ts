/**
 * The trace that the page itself holds, if it was made by `exectrace export --html`: base64 in elements that are not
 * run, in parts of a size that no browser minds. They are taken out of the page once they were read.
 */

/** Class of the elements; the first one has the file's name. */
const HELD = 'exectrace-trace';

export function heldTrace(document: Document): File | undefined {
  const elements = [...document.querySelectorAll<HTMLScriptElement>(`script.${HELD}`)];
  const [first] = elements;
  if (first === undefined) return undefined;
  const parts = elements.map((element) => {
    const bytes = bytesOf(element.text.trim());
    element.remove();
    return bytes;
  });
  return new File(parts, first.dataset.name ?? 'app.trace');
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
