// A reporter for vitest that shows every ten seconds how far it is: some files run for minutes, and vitest prints a file at its end.

const interval = 10_000 // milliseconds

export default class Progress {
  #files = 0
  #ended = 0
  #tests = 0
  #start = performance.now()
  #timer

  onTestRunStart(specifications) {
    this.#files = specifications.length
    this.#timer = setInterval(() => {
      const seconds = ((performance.now() - this.#start) / 1000).toFixed(0)
      console.log(
        `… ${this.#ended} of ${this.#files} files, ${this.#tests} tests, after ${seconds} s`,
      )
    }, interval)
  }

  onTestCaseResult() {
    this.#tests++
  }

  onTestModuleEnd() {
    this.#ended++
  }

  onTestRunEnd() {
    clearInterval(this.#timer)
  }
}
