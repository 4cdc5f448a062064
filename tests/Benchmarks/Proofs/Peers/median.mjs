/** Medians of processor time (all threads) and time on the wall, in seconds, over several runs. */
export async function median(repeats, run) {
  const cpu = [];
  const wall = [];
  for (let k = 0; k < repeats; ++k) {
    const before = process.cpuUsage();
    const start = performance.now();
    await run();
    wall.push((performance.now() - start) / 1e3);
    const used = process.cpuUsage(before);
    cpu.push((used.user + used.system) / 1e6);
  }
  return { cpu: middle(cpu), wall: middle(wall) };
}

function middle(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
