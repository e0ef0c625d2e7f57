/**
 * A text field with what it finds below: the search on top and the palette. Arrow keys move, Enter goes, Escape closes. The
 * code that finds is loaded when the field is first used.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Match } from '../state/match.ts';
import type { Viewer } from '../state/viewer.ts';

type Find = (viewer: Viewer, text: string) => Match[];

/** What finds; undefined until it is here. */
export function useFinder(wanted: boolean): Find | undefined {
  const [find, setFind] = useState<Find | undefined>(undefined);
  useEffect(() => {
    if (wanted && find === undefined) void import('../state/matches.ts').then((m) => setFind(() => m.findMatches));
  }, [wanted]);
  return find;
}

/** Key handling and the chosen row of a list of matches. */
export function useMatchKeys(matches: readonly Match[], choose: (match: Match) => void, close: () => void) {
  const at = useSignal(0);
  const index = Math.min(at.value, Math.max(0, matches.length - 1));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') at.value = Math.min(index + 1, matches.length - 1);
    else if (event.key === 'ArrowUp') at.value = Math.max(index - 1, 0);
    else if (event.key === 'Enter' && matches.length > 0) choose(matches[index]!);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const reset = () => {
    at.value = 0;
  };
  return { index, onKeyDown, reset };
}

/** Goes to a match; a place becomes the one that Enter steps on from. */
export function goTo(viewer: Viewer, matches: readonly Match[], match: Match): void {
  match.go();
  if (!match.place) return;
  const places = matches.filter((other) => other.place);
  viewer.hits = { places, at: places.indexOf(match) };
}

interface MatchListProps {
  readonly id: string;
  readonly matches: readonly Match[];
  readonly at: number;
  readonly choose: (match: Match) => void;
}

export function MatchList({ id, matches, at, choose }: MatchListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }), [at]);
  return (
    <div class="matches" id={id} role="listbox" aria-label="Found" ref={list}>
      {matches.map((match, i) => (
        <div
          key={match.key}
          id={`${id}-${i}`}
          role="option"
          tabIndex={-1}
          aria-selected={i === at}
          class="match"
          // Before the field loses focus and the list closes.
          onMouseDown={(event) => {
            event.preventDefault();
            choose(match);
          }}
        >
          <span class="match-kind">{match.kind}</span>
          <span class="match-name">{match.name}</span>
          <span class="match-detail">
            {match.keys?.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
            {match.detail}
          </span>
        </div>
      ))}
    </div>
  );
}
