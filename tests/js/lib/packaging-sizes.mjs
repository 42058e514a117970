export function writeSizes() {
  throw new Error("later");
}
