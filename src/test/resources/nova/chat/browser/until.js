// Evaluates to a function that waits, frame by frame, until a condition holds; a test that waits in vain fails, and says for what.
async condition => {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`awaited in vain: ${condition}`);
    await new Promise(requestAnimationFrame);
  }
}
