/**
 * The W3C trace context header `traceparent` (https://www.w3.org/TR/trace-context/#traceparent-header), checked
 * strictly: what a stranger sends is kept only if it can be nothing else.
 */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[ -~]*)?$/;
/** Version 00 is exactly this long; later ones may add fields. */
const LENGTH = 55;
const LONGEST = 256;

/** Whether `text` is a valid traceparent. */
export function isTraceparent(text: string): boolean {
  if (text.length < LENGTH || text.length > LONGEST) return false;
  if (!TRACEPARENT.test(text)) return false;
  return text.length === LENGTH || !text.startsWith('00');
}

/** The valid traceparent among raw headers (name, value, name, value …); undefined when there is none, or two. */
export function traceparentIn(rawHeaders: readonly string[]): string | undefined {
  let found: string | undefined;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length !== 'traceparent'.length || name.toLowerCase() !== 'traceparent') continue;
    if (found !== undefined) return undefined;
    found = rawHeaders[i + 1]!;
  }
  return found !== undefined && isTraceparent(found) ? found : undefined;
}
