/** What is looked at in a resource before it is exported. */
export interface WaitingResource {
  waitForAsyncAttributes?(): Promise<void>;
}

/** The attributes of a resource may come later than what is recorded under it. Never rejects. */
export async function awaitAttributes(
  resource: WaitingResource | undefined,
  withinMillis: number,
): Promise<void> {
  let attributes: Promise<void> | undefined;
  try {
    attributes = resource?.waitForAsyncAttributes?.();
  } catch {}
  if (attributes === undefined) return;
  let timer: NodeJS.Timeout | undefined;
  const isLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, withinMillis).unref();
  });
  await Promise.race([attributes.catch(() => {}), isLate]);
  clearTimeout(timer);
}
