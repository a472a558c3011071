/// Where one cell of a resized axis comes from: cells `low` and `high`, the latter by `weight`.
package struct GridSample: Hashable, Sendable {
  package let low: Int
  package let high: Int
  package let weight: Double
}

extension ResizeSpec {
  /// The samples of every output cell along one axis.
  package func samples(_ axis: Axis, input: Int, output: Int) -> [GridSample] {
    switch mode {
    case .nearest: nearest(axis, input, output)
    case .bilinear: bilinear(axis, input, output)
    }
  }

  /// PyTorch's `nearest`: floor(o · scale), in its single precision.
  ///
  /// Like PyTorch's, it follows the sizes where the result is as large or twice as large.
  private func nearest(_ axis: Axis, _ input: Int, _ output: Int) -> [GridSample] {
    var scale = Float(input) / Float(output)
    if output != input, output != 2 * input, let factor = factor(axis) {
      scale = Float(1 / factor)
    }
    return (0..<output).map { position in
      // clamped before the conversion, so that it cannot fail
      let cell = Int(min((Float(position) * scale).rounded(.down), Float(input)))
      return GridSample(low: min(cell, input - 1), high: min(cell, input - 1), weight: 0)
    }
  }

  /// align_corners: o·(in − 1)/(out − 1); else (o + ½)·scale − ½, at least 0.
  ///
  /// Like PyTorch's, it is a copy where the sizes are equal, whatever the factor.
  private func bilinear(_ axis: Axis, _ input: Int, _ output: Int) -> [GridSample] {
    var scale = Double(input) / Double(output)
    if alignCorners {
      scale = output > 1 ? Double(input - 1) / Double(output - 1) : 0
    } else if output != input, let factor = factor(axis) {
      scale = 1 / factor
    }
    return (0..<output).map { position in
      let place =
        alignCorners
        ? Double(position) * scale : max((Double(position) + 0.5) * scale - 0.5, 0)
      let low = Int(min(place, Double(input - 1)))
      let weight = min(place - Double(low), 1)
      return GridSample(low: low, high: min(low + 1, input - 1), weight: weight)
    }
  }

  private func factor(_ axis: Axis) -> Double? {
    guard case .factor(let height, let width) = target else { return nil }
    let factor = axis == .height ? height : width
    return Double(factor.numerator) / Double(factor.denominator)
  }
}
