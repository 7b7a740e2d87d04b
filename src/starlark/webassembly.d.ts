/**
 * The part of the WebAssembly JavaScript API that this room uses. Node has it at run time; its
 * types are only in TypeScript's `dom` library, which would bring a browser's globals everywhere.
 */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }

  class Memory {
    /** Both in pages of 64 KiB. */
    constructor(size: { initial: number; maximum: number });
    readonly buffer: ArrayBuffer;
  }

  class Instance {
    constructor(module: Module, imports: Record<string, ModuleImports>);
    readonly exports: Record<string, unknown>;
  }

  class RuntimeError extends Error {}

  type ModuleImports = Record<string, Memory | ((...parameters: never[]) => unknown)>;

  function compile(bytes: Uint8Array): Promise<Module>;
}
