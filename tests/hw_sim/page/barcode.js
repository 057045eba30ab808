// EAN-13 as an SVG picture (ISO/IEC 15420): 95 modules, left half in sets A and B, right half in C.
const A = ["0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011"];
const C = A.map((bits) => bits.replace(/[01]/g, (bit) => (bit === "0" ? "1" : "0")));
const B = C.map((bits) => [...bits].reverse().join(""));
const SETS = ["AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA"];

export function modules(code) {
  const digits = [...code].map(Number);
  const left = digits.slice(1, 7).map((digit, at) => (SETS[digits[0]][at] === "A" ? A : B)[digit]);
  const right = digits.slice(7).map((digit) => C[digit]);
  return `101${left.join("")}01010${right.join("")}101`;
}

export function barcode(code, { scratched = false } = {}) {
  let path = "";
  for (const run of modules(code).matchAll(/1+/g)) path += `M${run.index} 0h${run[0].length}v24h-${run[0].length}z`;
  const scratch = scratched ? '<path d="M8 20 40 3l7 6 34-8M20 24 70 8" fill="none" stroke="#fff" stroke-width="4"/>' : "";
  return `<svg viewBox="0 0 95 33" preserveAspectRatio="none" aria-hidden="true"><path d="${path}" fill="#1b1a17" shape-rendering="crispEdges"/>${scratch}<text x="47.5" y="31.5" text-anchor="middle" font-size="7.6" textLength="84" fill="#1b1a17">${code}</text></svg>`;
}
