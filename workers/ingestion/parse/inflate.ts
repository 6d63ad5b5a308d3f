import type { Gunzip, Inflate } from "fflate";

/** What is handed to the inflater at a time. Deflate grows 1032 times at most: that is 4 MiB of output a step. */
const STEP = 4 * 1024;

/**
 * Inflates piece by piece, so that whoever takes the output can count it, and stop, before there is more. It is the
 * one place where compressed data of an upload is unpacked with nothing known of its size.
 *
 * @throws the inflater's error where the data is damaged, after all that came before the damage
 */
export function* inflateSteps(
  inflater: Inflate | Gunzip,
  packed: Iterable<Uint8Array>,
): Generator<Uint8Array, void> {
  const unpacked: Uint8Array[] = [];
  inflater.ondata = (chunk) => {
    if (chunk.length > 0) unpacked.push(chunk);
  };
  let pending: Uint8Array | null = null;
  for (const step of inSteps(packed)) {
    if (pending !== null) yield* pushed(inflater, unpacked, pending, false);
    pending = step;
  }
  yield* pushed(inflater, unpacked, pending ?? new Uint8Array(), true);
}

function* pushed(
  inflater: Inflate | Gunzip,
  unpacked: Uint8Array[],
  step: Uint8Array,
  isLast: boolean,
): Generator<Uint8Array, void> {
  let damage: { error: unknown } | null = null;
  try {
    inflater.push(step, isLast);
  } catch (error) {
    damage = { error };
  }
  yield* unpacked.splice(0);
  if (damage !== null) throw damage.error;
}

function* inSteps(pieces: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += STEP) yield piece.subarray(at, at + STEP);
  }
}
