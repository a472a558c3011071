import Tensors

/// The samples of an output row as runs of cells between the same two cells of the source.
struct GridRuns: Hashable, Sendable {
  struct Run: Hashable, Sendable {
    let low: Int
    let high: Int
    let cells: Range<Int>
  }

  let runs: [Run]
  /// Of every cell, those of the low and of the high cell, which add up to 1.
  let weights: [SIMD2<Float>]
  /// The first run of every chunk of cells; no run crosses into the next chunk.
  let chunkStarts: [Int]

  /// Cells of a chunk.
  static let chunk = 256

  init(_ samples: [GridSample]) {
    var runs: [Run] = []
    var starts: [Int] = []
    var first = 0
    for (x, sample) in samples.enumerated() {
      if x % Self.chunk == 0 { starts.append(runs.count) }
      let next = x + 1
      let isLast =
        next == samples.count || next % Self.chunk == 0 || samples[next].low != sample.low
        || samples[next].high != sample.high
      guard isLast else { continue }
      runs.append(Run(low: sample.low, high: sample.high, cells: first..<next))
      first = next
    }
    self.runs = runs
    chunkStarts = starts + [runs.count]
    weights = samples.map { SIMD2(Float(1 - $0.weight), Float($0.weight)) }
  }
}
