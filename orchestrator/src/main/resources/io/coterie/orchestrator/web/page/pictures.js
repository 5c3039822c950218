// Pictures as they are sent: no larger than a network needs.

/** Longest side of what is sent. Networks here read 32 to 224 pixels. */
export const MOST_PIXELS = 512;

/** Pictures that are small already travel as they are. */
const SMALL_BYTES = 256 * 1024;

/** Width and height that fit, with the same proportions, at least one pixel each. */
export function fitted(width, height, most = MOST_PIXELS) {
  const scale = Math.min(1, most / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

/** The file as JPEG or PNG bytes of at most MOST_PIXELS a side; throws where it is no picture. */
export async function prepared(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(`${file.name || "this"} is no picture that this browser can read`);
  }
  const size = fitted(bitmap.width, bitmap.height);
  const fits = size.width === bitmap.width && size.height === bitmap.height;
  if (fits && file.size <= SMALL_BYTES && ["image/jpeg", "image/png"].includes(file.type)) {
    bitmap.close();
    return { blob: file, ...size };
  }
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, size.width, size.height);
  bitmap.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  return { blob, ...size };
}
