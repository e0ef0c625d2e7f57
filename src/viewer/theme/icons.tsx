/** Icons: a 16 px box, strokes of 1.5 px with round ends in the colour of the text. */

const PATHS = {
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5l3.5 3.5',
  help: 'M8 14.25a6.25 6.25 0 1 0 0-12.5 6.25 6.25 0 0 0 0 12.5zM6.25 6.5a1.8 1.8 0 1 1 2.5 1.65c-.5.22-.75.5-.75 1.05M8 11.4v.1',
  theme: 'M8 1.75a6.25 6.25 0 1 0 0 12.5zM8 1.75a6.25 6.25 0 0 1 0 12.5',
  open: 'M2 12.75V3.5h4L7.5 5H14v7.75z',
  close: 'M4 4l8 8M12 4l-8 8',
  download: 'M8 2.5v7M5 6.75l3 3 3-3M2.75 13h10.5',
  copy: 'M5.75 5.75h6.75v7.5H5.75zM3.5 10.25v-7.5h6.75',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  chevronRight: 'M6.5 5l3 3-3 3',
  chevronDown: 'M5 6.5l3 3 3-3',
  pin: 'M5.5 2.5h5M6.5 2.5V7L4.75 9.25h6.5L9.5 7V2.5M8 9.25v4.25',
  filter: 'M2.5 3.5h11L9.5 8.5V13l-3-1.5v-3z',
  previous: 'M9.5 4.5L6 8l3.5 3.5',
  next: 'M6.5 4.5L10 8l-3.5 3.5',
} as const;

export type IconName = keyof typeof PATHS;

/** An icon beside a word: hidden from screen readers. An icon alone needs a name on its button. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The mark of the product: three bars and a wake-up. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 18 18" aria-hidden="true">
      <rect class="fill-run" x="1" y="2" width="8" height="4" />
      <rect class="fill-ready" x="9" y="7" width="8" height="4" />
      <rect class="fill-net" x="5" y="12" width="12" height="4" />
      <path d="M9.5 5v4" />
    </svg>
  );
}
