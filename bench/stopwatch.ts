export type Spent = { readonly seconds: number; readonly cpuMicros: number; readonly rssMiB: number }

/** Time and CPU of this process from now on, and its resident memory at the end. */
export const stopwatch = (): (() => Spent) => {
  const start = performance.now()
  const cpu = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return {
      seconds: (performance.now() - start) / 1000,
      cpuMicros: user + system,
      rssMiB: process.memoryUsage.rss() / 2 ** 20,
    }
  }
}
