const t = performance.now();
const m = process.argv.slice(2);
for (const x of m) {
  const a = performance.now();
  await import(x);
  console.log(x, (performance.now() - a).toFixed(1));
}
console.log('total', (performance.now() - t).toFixed(1), 'boot', t.toFixed(1));
