/// How spatial pyramid pooling cuts an extent a into n bins.
package enum BinRule: String, Hashable, Sendable, CaseIterable {
  /// [floor(i·a/n), ceil((i+1)·a/n)): n bins at every size.
  case adaptive
  /// Windows of ceil(a/n) every floor(a/n) (He et al. 2014, section 2.3).
  case paper
  /// Windows of w = ceil(a/n) every w with padding p = floor((w·n − a + 1)/2) on both sides.
  ///
  /// Refused, as by PyTorch's pooling, where p > floor(w/2): windows of padding alone.
  case sppnetPytorch = "sppnet_pytorch"

  /// The window of a fixed rule at a size: how long, every how many cells, with what padding.
  ///
  /// Nil for the adaptive rule, and where the stride or the padding is not allowed.
  package func window(bins: Int, size: Int) -> (length: Int, stride: Int, padding: Int)? {
    let length = ceilDivide(size, bins)
    switch self {
    case .adaptive:
      return nil
    case .paper:
      return size >= bins ? (length, size / bins, 0) : nil
    case .sppnetPytorch:
      let padding = (length * bins - size + 1) / 2
      return padding <= length / 2 ? (length, length, padding) : nil
    }
  }

  /// How many bins the rule gives where `bins` are asked for; nil where its window is not allowed.
  package func binCount(_ bins: Int, size: Int) -> Int? {
    if self == .adaptive { return bins }
    guard let window = window(bins: bins, size: size) else { return nil }
    return (size + 2 * window.padding - window.length) / window.stride + 1
  }

  /// Requires the rule to give exactly `count` bins.
  ///
  /// paper: a mod n <= floor(a/n) and floor(a/n) >= 1; sppnet_pytorch: p <= floor(w/2), which
  /// implies the count (architectures.md, section 3).
  func requireBins(
    _ count: Int, _ axis: Axis, of extent: Extent, _ inference: inout Inference
  ) throws(SpecError) {
    if let size = extent.constantValue {
      guard size >= 1, binCount(count, size: size) == count else {
        throw .bins(axis, count: count, size: size, self)
      }
      return
    }
    let set = try exactly { () throws(ExtentError) in
      switch self {
      case .adaptive:
        return SizeSet.all
      case .paper:
        let quotient = try extent.floorDivided(by: count)
        let remainder = try extent.minus(quotient.times(count))
        return try SizeSet.whereAtMost(remainder, quotient)
          .intersection(SizeSet.whereAtLeast(quotient, 1))
      case .sppnetPytorch:
        let length = try extent.ceilDivided(by: count)
        let padding = try length.times(count).minus(extent).plus(1).floorDivided(by: 2)
        return try SizeSet.whereAtMost(padding, length.floorDivided(by: 2))
      }
    }
    inference.require(axis, set, .bins(count: count, extent, self))
  }

  /// The cells of one bin of a range by the adaptive rule.
  package static func adaptiveCells(_ bin: Int, of bins: Int, in range: Range<Int>) -> BinCells {
    let first = range.lowerBound + bin * range.count / bins
    let cells = first..<range.lowerBound + ceilDivide((bin + 1) * range.count, bins)
    return BinCells(cells: cells, paddedCount: cells.count)
  }

  /// The cells of every bin; the rule gives `bins` of them at this size.
  package func cells(bins: Int, size: Int) -> [BinCells] {
    if self == .adaptive {
      return (0..<bins).map { Self.adaptiveCells($0, of: bins, in: 0..<size) }
    }
    guard let window = window(bins: bins, size: size) else {
      preconditionFailure("the rule allows the size")
    }
    return (0..<bins).map { bin in
      let first = bin * window.stride - window.padding
      return BinCells(
        cells: max(first, 0)..<min(first + window.length, size), paddedCount: window.length)
    }
  }
}

/// One bin along an axis.
package struct BinCells: Hashable, Sendable {
  /// The cells of the map in it; never empty.
  package let cells: Range<Int>
  /// Their number with the padding in it.
  package let paddedCount: Int
}
