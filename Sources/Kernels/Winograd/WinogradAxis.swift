import Tensors

/// Tiles along one axis of a map: those of every phase of the grid, one phase after the other.
///
/// At rate r the results a, a + r, a + 2r, … are a convolution of rate 1 of the cells a − p,
/// a − p + r, …, p being the padding.
struct WinogradAxis: Hashable, Sendable {
  struct Tile: Hashable, Sendable {
    /// The cell that the first point reads; negative in the padding.
    let cell: Int
    /// The points that read the map.
    let live: Range<Int>
    /// The first result, and how many there are.
    let result: Int
    let count: Int
    /// Which of `inputs` and `outputs` it is like.
    let input: Int
    let output: Int
    /// How many tiles from here on follow each other and are alike in that.
    var inputRun = 1
    var outputRun = 1
  }

  let rate: Int
  /// Taps that read the map somewhere.
  let liveTaps: Int
  let tiles: [Tile]
  /// The different runs of points that read the map, and numbers of results.
  let inputs: [Range<Int>]
  let outputs: [Int]

  init(_ window: WindowAxis, _ algorithm: WinogradAlgorithm) {
    var (tiles, inputs, outputs): ([Tile], [Range<Int>], [Int]) = ([], [], [])
    func index<Value: Equatable>(_ value: Value, in values: inout [Value]) -> Int {
      if let known = values.firstIndex(of: value) { return known }
      values.append(value)
      return values.count - 1
    }
    let rate = window.rate
    for phase in 0..<min(rate, window.output) {
      let length = ceilDivide(window.output - phase, rate)
      for first in stride(from: 0, to: length, by: algorithm.results) {
        let result = phase + rate * first
        let cell = result - window.before
        let lower = min(max(ceilDivide(-cell, rate), 0), algorithm.points)
        let last = floorDivide(window.input - 1 - cell, rate)
        let live = lower..<max(lower, min(last + 1, algorithm.points))
        let count = min(algorithm.results, length - first)
        tiles.append(
          Tile(
            cell: cell, live: live, result: result, count: count,
            input: index(live, in: &inputs), output: index(count, in: &outputs)))
      }
    }
    for index in tiles.indices.dropLast().reversed() {
      let next = tiles[index + 1]
      guard next.cell == tiles[index].cell + rate * algorithm.results else { continue }
      if next.input == tiles[index].input { tiles[index].inputRun = next.inputRun + 1 }
      if next.output == tiles[index].output { tiles[index].outputRun = next.outputRun + 1 }
    }
    self.rate = rate
    liveTaps = window.liveRange.count
    self.tiles = tiles
    self.inputs = inputs
    self.outputs = outputs
  }
}
