/**
 * Search over names and ids, with the matches as a list under the field. Names are interned, so a search is fast enough to
 * run at every key. What begins with `>` runs commands.
 */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Match } from '../state/match.ts';
import type { Viewer } from '../state/viewer.ts';
import { Icon } from '../theme/icons.tsx';
import { goTo, MatchList, useFinder, useMatchKeys } from './match-list.tsx';

export function SearchField({ viewer }: { viewer: Viewer }) {
  const text = useSignal('');
  const used = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  const find = useFinder(used.value);
  const asked = text.value.trim() !== '';
  const matches = asked && find !== undefined ? find(viewer, text.value) : [];
  const close = () => {
    text.value = '';
    field.current?.blur();
  };
  const choose = (match: Match) => {
    close();
    goTo(viewer, matches, match);
  };
  const { index, onKeyDown, reset } = useMatchKeys(matches, choose, close);
  return (
    <search class="search">
      <label for="search" aria-hidden="true">
        <Icon name="search" />
      </label>
      <input
        ref={field}
        id="search"
        type="text"
        role="combobox"
        autoComplete="off"
        spellcheck={false}
        aria-label="Search, or run a command"
        aria-autocomplete="list"
        aria-expanded={matches.length > 0}
        aria-controls={matches.length > 0 ? 'search-matches' : undefined}
        aria-activedescendant={matches.length > 0 ? `search-matches-${index}` : undefined}
        placeholder="Search or run a command"
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          reset();
        }}
        onKeyDown={onKeyDown}
        onFocus={() => {
          used.value = true;
        }}
        onBlur={() => {
          text.value = '';
        }}
      />
      <kbd>/</kbd>
      {asked && (
        <div class="search-matches">
          {matches.length === 0 && find !== undefined && <div class="no-match">Nothing is named like this.</div>}
          {matches.length > 0 && <MatchList id="search-matches" matches={matches} at={index} choose={choose} />}
        </div>
      )}
    </search>
  );
}
