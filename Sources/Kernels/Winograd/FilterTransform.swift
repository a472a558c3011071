import Tensors

/// G g Gᵀ in double, of eight output channels at a time.
struct FilterTransform {
  private typealias Vector = SIMD8<Double>

  private let points: Int
  /// Three a point.
  private let factors: [Double]

  init(_ algorithm: WinogradAlgorithm) {
    points = algorithm.points
    factors = Array(algorithm.filter.joined())
  }

  /// Packs up to eight output channels; lanes after them become zero.
  func pack(
    _ weight: Tensor, outputs: Range<Int>, inputs: Int, scale: [Double], into packed: Tensor,
    at place: Int, inputStep: Int, pointStep: Int
  ) {
    var scales = Vector(repeating: 0)
    for output in outputs { scales[output - outputs.lowerBound] = scale[output] }
    let step = inputs * 9
    precondition(weight.shape.count >= outputs.upperBound * step, "nine taps a pair of channels")
    precondition(
      packed.shape.count
        >= place + (inputs - 1) * inputStep + (points * points - 1) * pointStep + 8,
      "room for eight lanes at every point")
    // Channels and points stay below the numbers that have just been compared.
    guard let source = unsafe weight.storage.pointer.baseAddress,
      let destination = unsafe packed.storage.pointer.baseAddress
    else { return }
    let rows = unsafe source + outputs.lowerBound * step
    let last = outputs.count - 1
    unsafe withUnsafeTemporaryAllocation(of: Vector.self, capacity: 9 + 3 * points) { space in
      guard let taps = space.baseAddress else { return }
      let columns = unsafe taps + 9
      for input in 0..<inputs {
        for tap in 0..<9 {
          let cell = unsafe rows + input * 9 + tap
          // Channels that do not exist take the last one's weights, times zero.
          @inline(__always) func value(_ lane: Int) -> Double {
            Double(unsafe cell[min(lane, last) * step])
          }
          unsafe (taps + tap).initialize(
            to: Vector(
              value(0), value(1), value(2), value(3), value(4), value(5), value(6), value(7))
              * scales)
        }
        for point in 0..<points {
          let (a, b, c) = (factors[3 * point], factors[3 * point + 1], factors[3 * point + 2])
          for column in 0..<3 {
            let (first, second) = unsafe (taps[column] * a, taps[3 + column] * b)
            unsafe (columns + 3 * point + column).initialize(
              to: first + second + taps[6 + column] * c)
          }
        }
        var target = unsafe destination + place + input * inputStep
        for row in 0..<points {
          let (a, b, c) = unsafe (
            columns[3 * row], columns[3 * row + 1], columns[3 * row + 2]
          )
          for column in 0..<points {
            let value =
              a * factors[3 * column] + b * factors[3 * column + 1] + c * factors[3 * column + 2]
            let rounded = SIMD8<Float>(
              Float(value[0]), Float(value[1]), Float(value[2]), Float(value[3]),
              Float(value[4]), Float(value[5]), Float(value[6]), Float(value[7]))
            unsafe rounded.store(to: target)
            unsafe target += pointStep
          }
        }
      }
    }
  }
}
