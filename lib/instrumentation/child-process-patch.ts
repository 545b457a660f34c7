type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * One method of somebody else's object, replaced. The replacement looks like the original: same name, same
 * number of parameters, same own properties.
 */
export class MethodPatch {
  readonly #target: object;
  readonly #name: string;
  readonly #descriptor: PropertyDescriptor;
  readonly #replacement: Method;
  #buried = false;

  /**
   * @param wrap makes the replacement of the original
   * @throws TypeError where the target has no such method
   */
  constructor(target: object, name: string, wrap: (original: Method) => Method) {
    const descriptor = Object.getOwnPropertyDescriptor(target, name);
    if (typeof descriptor?.value !== 'function')
      throw new TypeError(`there is no ${name} to patch`);
    this.#target = target;
    this.#name = name;
    this.#descriptor = descriptor;
    this.#replacement = Object.defineProperties(
      wrap(descriptor.value),
      Object.getOwnPropertyDescriptors(descriptor.value as object),
    );
  }

  /** Puts the replacement in, unless it is still there under somebody else's. */
  apply(): void {
    if (this.#buried && this.#current !== this.#descriptor.value) return;
    this.#buried = false;
    Object.defineProperty(this.#target, this.#name, {
      ...this.#descriptor,
      value: this.#replacement,
    });
  }

  /** Restores the original, unless somebody else has replaced the replacement, which then stays below. */
  revert(): void {
    this.#buried = this.#current !== this.#replacement;
    if (!this.#buried) Object.defineProperty(this.#target, this.#name, this.#descriptor);
  }

  get #current(): unknown {
    return Reflect.get(this.#target, this.#name);
  }
}
