/** Files that leave the page: offered as a download, made in the page, sent nowhere. */

/** Offers bytes as a file. What a file system may not like is left out of the name. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replace(/[^\w.() -]+/g, '-');
  link.click();
  // The browser takes the address in its own time; a minute is longer than it needs, and the page may go on for hours.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function saveText(name: string, text: string, type: string): void {
  saveBlob(name, new Blob([text], { type: `${type};charset=utf-8` }));
}
