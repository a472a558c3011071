import Tensors

/// What a step takes as a parameter: one of the network's, or numbers made of some before the first
/// run.
package indirect enum StepParameter: Hashable, Sendable {
  /// Index into the graph's parameters.
  case stored(Int)
  /// The weights of a convolution for some of the channels that it reads, in ascending order.
  case channels([Range<Int>], of: StepParameter)
  /// Of the one convolution that a pair comes to.
  case weight(of: LinearPair)
  case bias(of: LinearPair)
}

extension StepParameter {
  /// Indices of the graph's parameters that it is made of.
  package var stored: [Int] {
    switch self {
    case .stored(let index): [index]
    case .channels(_, let whole): whole.stored
    case .weight(let pair), .bias(let pair): pair.stored
    }
  }

  /// Its shape, with those of the graph's parameters; nil where it cannot be made of them.
  func shape(_ stored: (Int) -> Shape?) -> Shape? {
    switch self {
    case .stored(let index): return stored(index)
    case .channels(let ranges, let whole):
      guard let shape = whole.shape(stored), shape.rank == 4, Self.ascend(ranges, below: shape.c)
      else { return nil }
      return Shape(shape.n, ranges.reduce(0) { $0 + $1.count }, shape.h, shape.w)
    case .weight(let pair): return pair.weightShape(stored)
    case .bias(let pair): return pair.biasShape(stored)
    }
  }

  private static func ascend(_ ranges: [Range<Int>], below end: Int) -> Bool {
    var next = 0
    for range in ranges {
      if range.isEmpty || range.lowerBound < next { return false }
      next = range.upperBound
    }
    return !ranges.isEmpty && next <= end
  }
}
