/** Seeded uniform draws in [0, 1): Chris Doty-Humphrey's sfc32, seeded from a text. */
export type Draw = () => number;

export function drawsFrom(seed: string): Draw {
  // FNV-1a over the text, once per word of state, so that neighbouring seeds share nothing.
  const word = (salt: number): number => {
    let hash = 0x811c9dc5 ^ salt;
    for (let at = 0; at < seed.length; at++) hash = Math.imul(hash ^ seed.charCodeAt(at), 0x01000193);
    return hash | 0;
  };
  let a = word(1);
  let b = word(2);
  let c = word(3);
  let counter = 1;
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let warmUp = 0; warmUp < 15; warmUp++) draw();
  return draw;
}
