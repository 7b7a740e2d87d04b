import { Box, render, Static, Text } from 'ink';
import type { ApplyEvent, Outcome } from '../../apply/events.ts';
import { keyId } from '../../model/object.ts';
import type { Change } from '../../model/plan.ts';
import { printLines } from './line.ts';
import { outcomeLines } from './outcome-text.ts';
import { progressLines } from './progress-lines.ts';
import { type ProgressState, reduceProgress, startProgress } from './progress-state.ts';

/** Events come faster than an eye can follow; the view is drawn this often. */
const FRAME_MS = 100;

/** What a live view is made with. */
export interface LiveOptions {
  /** The changes that are about to be applied. */
  readonly changes: readonly Change[];
  /** The terminal. */
  readonly stream: NodeJS.WriteStream;
  readonly color: boolean;
}

/** A live view that is being drawn. */
export interface LiveProgress {
  readonly onEvent: (event: ApplyEvent) => void;
  /** Draws the last state, which stays in the terminal, and ends the view. */
  readonly stop: () => void;
}

/**
 * Draws the progress of an apply on a terminal until it is stopped. Failures stay above the moving
 * part, as they came. Import this module only when it is needed: Ink takes a while to load.
 */
export function startLiveProgress({ changes, stream, color }: LiveOptions): LiveProgress {
  let state = startProgress(changes, performance.now());
  const view = () => (
    <ProgressView state={state} nowMs={performance.now()} rows={stream.rows} color={color} />
  );
  // Ctrl-C stays with the command, which lets the objects in hand finish.
  const ink = render(view(), { stdout: stream, exitOnCtrlC: false, patchConsole: false });
  const timer = setInterval(() => ink.rerender(view()), FRAME_MS);
  return {
    onEvent: (event) => {
      state = reduceProgress(state, event, performance.now());
    },
    stop: () => {
      clearInterval(timer);
      ink.rerender(view());
      ink.unmount();
    },
  };
}

/** What the view shows at one moment. */
export interface ProgressViewProps {
  readonly state: ProgressState;
  readonly nowMs: number;
  /** The terminal's height in lines. */
  readonly rows: number;
  readonly color: boolean;
}

/** One frame: new failures above, then the clusters. */
export function ProgressView({ state, nowMs, rows, color }: ProgressViewProps) {
  // A view as high as the terminal makes Ink clear the screen for every frame.
  const lines = progressLines(state, nowMs, Math.max(2, rows - 1));
  return (
    <>
      <Static items={[...state.failures]}>
        {(failure) => <Failure key={keyId(failure.change.key)} outcome={failure} color={color} />}
      </Static>
      <Box flexDirection="column">
        {lines.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place
          <Text key={index} wrap="truncate">
            {printLines([one], { color })}
          </Text>
        ))}
      </Box>
    </>
  );
}

function Failure({ outcome, color }: { readonly outcome: Outcome; readonly color: boolean }) {
  const clusterWidth = outcome.change.key.cluster.length;
  return <Text>{printLines(outcomeLines(outcome, clusterWidth), { color })}</Text>;
}
