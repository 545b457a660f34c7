import { complain } from '../../opentelemetry/diagnostics.js';
import { ExecInstrumentation, type InstrumentationConfig } from '../base/exec-instrumentation.js';
import { watchPackage } from './module-hooks.js';
import type { WatchedPackage } from './watched-packages.js';

/** An instrumentation that patches what a package exports, whenever it is loaded and however often. */
export abstract class ModuleInstrumentation<
  Config extends InstrumentationConfig,
> extends ExecInstrumentation<Config> {
  readonly #watched: readonly WatchedPackage[];
  readonly #modules = new Map<object, () => void>();
  readonly #found = new Map<string, number>();
  #watching = false;
  #hasGivenModules = false;

  /** @param watched the packages, and which of their files to patch */
  protected constructor(name: string, config: Config, ...watched: WatchedPackage[]) {
    super(name, config);
    this.#watched = watched;
  }

  /**
   * Patches the exports of one file.
   * @returns restores the originals
   * @throws TypeError where the exports are not those
   */
  protected abstract patchModule(exports: object): () => void;

  /**
   * Instruments a module that was loaded before, or that a bundle holds, where no hook sees it. Call it
   * before the program uses what the module exports. `disable` and `enable` apply to it as well.
   * @param exports what the module exports; see the class for which module
   */
  instrumentModule(exports: object): void {
    this.#hasGivenModules = true;
    this.#add(exports);
  }

  #add(exports: object): void {
    if (this.#modules.has(exports)) return;
    this.#modules.set(exports, nothing);
    if (this.isEnabled()) this.#patchModule(exports);
  }

  protected override patch(): void {
    for (const exports of this.#modules.keys()) this.#patchModule(exports);
    this.#watch();
  }

  protected override unpatch(): void {
    for (const [exports, restore] of this.#modules) {
      restore();
      this.#modules.set(exports, nothing);
    }
  }

  protected override counts(): Readonly<Record<string, number>> {
    return { ...super.counts(), ...Object.fromEntries(this.#found) };
  }

  #watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    for (const watched of this.#watched) {
      let hasModules = false;
      watchPackage(watched, {
        title: this.constructor.name,
        hasModules: () => hasModules || this.#hasGivenModules,
        found: (exports, version) => {
          hasModules = true;
          const files = `files of ${watched.name} ${version}`;
          this.#found.set(files, (this.#found.get(files) ?? 0) + 1);
          this.#add(exports);
        },
      });
    }
  }

  #patchModule(exports: object): void {
    try {
      this.#modules.set(exports, this.patchModule(exports));
    } catch (error) {
      complain(`patching ${this.#watched.map(({ name }) => name).join(' or ')}`, error);
    }
  }
}

function nothing(): void {}
