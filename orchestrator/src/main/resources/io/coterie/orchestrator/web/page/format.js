// Numbers as people read them.
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

export const NOTHING = "–";

export function milliseconds(value) {
  if (!isNumber(value)) {
    return NOTHING;
  }
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${value.toFixed(digits)} ms`;
}

export const percent = (value, digits = 0) =>
  isNumber(value) ? `${(100 * value).toFixed(digits)} %` : NOTHING;

export const count = (value) => (isNumber(value) ? value.toLocaleString("en") : NOTHING);

/** Such as 2.5 GFLOP/s or 64 MB. */
export function metric(value, unit) {
  if (!isNumber(value)) {
    return NOTHING;
  }
  const prefixes = ["", "k", "M", "G", "T"];
  let scaled = value;
  let index = 0;
  while (scaled >= 1000 && index < prefixes.length - 1) {
    scaled /= 1000;
    index++;
  }
  return `${scaled >= 100 || index === 0 ? Math.round(scaled) : scaled.toFixed(1)} ${prefixes[index]}${unit}`;
}

/** Time of day, local, with tenths of seconds. */
export function clock(ms) {
  const date = new Date(ms);
  const two = (value) => String(value).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${Math.floor(date.getMilliseconds() / 100)}`;
}
