import { setFlagsFromString } from 'node:v8';

/**
 * Puts off V8's second, optimising translation of WebAssembly modules that are compiled from now on, of
 * which there are two. Programs run for about a millisecond, and translating the Starlark engine once more
 * takes half a second of processor time in each worker. undici's HTTP parser is one huge function: its
 * first few answers would set off a tenth of a second of work, which a short command waits for when it
 * ends. What really runs long still gets there; the budget counts roughly the bytes of code that ran.
 */
export function optimiseWebAssemblyLate(): void {
  setFlagsFromString('--wasm-tiering-budget=100000000');
}
