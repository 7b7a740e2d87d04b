import type { SourcePosition } from './position.ts';

/** Where in the config image a value was made, where that is known. */
export type ProgramPosition = SourcePosition | null;

/** The transport protocols a container port may use. */
export type Protocol = 'TCP' | 'UDP';

/** A port as the program declared it; without a number it gets the next free one. */
export interface DeclaredPort {
  readonly type: 'port';
  readonly name: string;
  readonly number?: number;
  readonly protocol: Protocol;
  readonly at: ProgramPosition;
}

/** A port with its number. */
export interface Port {
  readonly name: string;
  readonly number: number;
  readonly protocol: Protocol;
}

/** A value that Kubernetes takes from a Secret at start, through an environment variable. */
export interface StringVariable {
  readonly type: 'string-variable';
  readonly name: string;
  readonly at: ProgramPosition;
}

/** A Secret's value mounted as a file; where it is used as text it is the file's path. */
export interface FileVariable {
  readonly type: 'file-variable';
  readonly name: string;
  readonly path: string;
  readonly at: ProgramPosition;
}

/** Plain text that was a string, number or boolean in the program. */
export interface Text {
  readonly type: 'text';
  readonly value: string;
}

/** One command line argument. */
export type Argument = Text | DeclaredPort | FileVariable;

/** The value of one environment variable. */
export type EnvValue = Argument | StringVariable;

/** An HTTP probe; times in seconds. Fields that the program left out are Kubernetes' defaults. */
export interface HttpGetProbe {
  readonly path: string;
  /** Name of a declared port. */
  readonly port: string;
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
  readonly at: ProgramPosition;
}

/** What a program returned, for one environment: checked, with every choice by environment made. */
export interface Application {
  readonly args: readonly Argument[];
  /** Sorted by name, in bytes. */
  readonly env: readonly { readonly name: string; readonly value: EnvValue }[];
  readonly labels: Readonly<Record<string, string>>;
  readonly liveness?: HttpGetProbe;
  readonly readiness?: HttpGetProbe;
  readonly startup?: HttpGetProbe;
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

/** Where a container's binary is: `repository@digest`. */
export interface Binary {
  readonly repository: string;
  readonly digest: string;
}
