/** The palette: every command, and everything that search finds, from the keyboard and on every page. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Match } from '../state/match.ts';
import type { Viewer } from '../state/viewer.ts';
import { Icon } from '../theme/icons.tsx';
import { goTo, MatchList, useFinder, useMatchKeys } from './match-list.tsx';

/** @param initial text that it opens with: a sign that says what is looked for */
export function Palette({ viewer, initial }: { viewer: Viewer; initial: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const text = useSignal(initial);
  const find = useFinder(true);
  const matches = find?.(viewer, text.value) ?? [];
  const close = () => {
    viewer.app.palette.value = undefined;
  };
  const choose = (match: Match) => {
    close();
    // The dialog gives the focus back first; a command may move it on.
    requestAnimationFrame(() => goTo(viewer, matches, match));
  };
  const { index, onKeyDown, reset } = useMatchKeys(matches, choose, close);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      class="palette"
      ref={dialog}
      aria-label="Commands and search"
      onClose={close}
      onPointerDown={(event) => event.target === dialog.current && close()}
    >
      <div class="palette-field">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          autoFocus
          autoComplete="off"
          spellcheck={false}
          aria-label="Command or name"
          aria-autocomplete="list"
          aria-expanded={matches.length > 0}
          aria-controls={matches.length > 0 ? 'palette-matches' : undefined}
          aria-activedescendant={matches.length > 0 ? `palette-matches-${index}` : undefined}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            reset();
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {matches.length > 0 && <MatchList id="palette-matches" matches={matches} at={index} choose={choose} />}
      {matches.length === 0 && find !== undefined && <p class="no-match">Nothing is named like this.</p>}
      <p class="palette-hint">
        <kbd>&gt;</kbd> commands only <kbd>@</kbd> rows of the timeline, otherwise also requests, groups, strands,
        regions, logs
      </p>
    </dialog>
  );
}
