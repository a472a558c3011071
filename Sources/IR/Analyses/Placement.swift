import Tensors

/// Where the samples of a value lie along one axis of the image: sample i at start + i·jump, in
/// pixels from the centre of the first.
package struct Place: Hashable, Sendable {
  package let jump: Rational
  package let start: Rational
}

/// The place of a value as an exact function of the image's size.
package enum Placement: Hashable, Sendable {
  /// A grid whose step does not depend on the size.
  case grid(start: Measure, jump: Rational)
  /// A grid stretched between two ends, as a resize to given sizes makes it.
  indirect case stretched(Stretch)

  /// `count` samples between `low` and `high`: the first and the last sample with aligned corners,
  /// else the outer edges of both. What is read of them is sample `offset` + `multiple`·i.
  package struct Stretch: Hashable, Sendable {
    var low: Measure
    var high: Measure
    var count: Extent
    /// Half a sample lies between an end and its sample.
    var isByEdges: Bool
    /// The cells that `nearest` takes its samples from.
    var nearest: Extent?
    var offset = Rational.zero
    var multiple = Rational.one

    var isPlain: Bool { offset == .zero && multiple == .one && nearest == nil }
  }

  static let image = Placement.grid(start: .zero, jump: .one)

  /// The place at one size; nil past 64 bits.
  package func place(at size: Int) -> Place? {
    do {
      switch self {
      case .grid(let start, let jump): return try Place(jump: jump, start: start.value(at: size))
      case .stretched(let stretch): return try stretch.place(at: size)
      }
    } catch {
      return nil
    }
  }

  /// The place, where it is the same at all sizes.
  package var constant: Place? {
    guard case .grid(let start, let jump) = self, start.extent.constantValue != nil else {
      return nil
    }
    return place(at: 1).map { Place(jump: jump, start: $0.start) }
  }
}

extension Placement.Stretch {
  func place(at size: Int) throws(ExtentError) -> Place {
    let count = try count.value(at: size)
    let (first, last) = (try low.value(at: size), try high.value(at: size))
    let intervals = isByEdges ? count : count - 1
    guard intervals > 0 else { return Place(jump: .zero, start: first) }
    let step = try last.minus(first).divided(by: Rational(intervals))
    var start = isByEdges ? try first.plus(step.times(Rational(1, over: 2))) : first
    if let nearest {
      // floor(o·p/q) lies (p − 1)/(2q) cells before the half-pixel grid, in the mean of q samples
      let ratio = try Rational(nearest.value(at: size), over: count)
      let back = try Rational(ratio.numerator - 1, over: 2).divided(by: Rational(ratio.numerator))
      start = try start.minus(back.times(step))
    }
    return Place(
      jump: try step.times(multiple), start: try start.plus(step.times(offset)))
  }
}

extension Placement {
  /// Moved by a number of its samples, of which every `step`-th is kept.
  func moved(by samples: Rational, step: Rational = .one) throws(ExtentError) -> Placement {
    if samples == .zero, step == .one { return self }
    switch self {
    case .grid(let start, let jump):
      return .grid(start: try start.plus(samples.times(jump)), jump: try jump.times(step))
    case .stretched(var stretch):
      stretch.offset = try stretch.offset.plus(samples.times(stretch.multiple))
      stretch.multiple = try stretch.multiple.times(step)
      return .stretched(stretch)
    }
  }

  /// Moved by a number of samples that depends on the size; nil where the step does too.
  func moved(by samples: Extent) throws(ExtentError) -> Placement? {
    if let constant = samples.constantValue { return try moved(by: Rational(constant)) }
    guard case .grid(let start, let jump) = self else { return nil }
    return .grid(start: try start.plus(samples, times: jump), jump: jump)
  }

  /// The ends of `count` samples; nil where they are no sums of extents.
  func ends(_ count: Extent, byEdges: Bool) throws(ExtentError) -> (low: Measure, high: Measure)? {
    switch self {
    case .grid(let start, let jump):
      let margin = byEdges ? try jump.times(Rational(1, over: 2)) : .zero
      let last = try start.plus(count.minus(1), times: jump)
      return (try start.plus(margin.times(Rational(-1))), try last.plus(margin))
    case .stretched(let stretch):
      guard stretch.isPlain, stretch.isByEdges == byEdges, stretch.count == count else {
        return nil
      }
      return (stretch.low, stretch.high)
    }
  }

  /// The sizes at which `count` samples of both lie in the same places; nil where that is no
  /// question of extents alone.
  package func aligned(with other: Placement, count: Extent) throws(ExtentError) -> SizeSet? {
    if self == other { return .all }
    switch (self, other) {
    case (.grid(let start, let jump), .grid(let second, let step)):
      let starts = try start.equals(second)
      return jump == step
        ? starts : try starts.intersection(.whereEqual(count, .constant(1)))
    case (.stretched(let stretch), _), (_, .stretched(let stretch)):
      guard let own = try ends(count, byEdges: stretch.isByEdges),
        let theirs = try other.ends(count, byEdges: stretch.isByEdges)
      else { return nil }
      return try own.low.equals(theirs.low).intersection(own.high.equals(theirs.high))
    }
  }
}
