/// A window along one axis of a concrete map: which tap reads which cell.
package struct WindowAxis: Hashable, Sendable {
  package let kernel: Int
  package let stride: Int
  package let rate: Int
  /// Cells of padding before and after the map.
  package let before: Int
  package let after: Int
  /// Cells of the map that is read.
  package let input: Int
  /// Positions of the window.
  package let output: Int

  package init(
    kernel: Int, stride: Int, rate: Int, before: Int, after: Int, input: Int, output: Int
  ) {
    self.kernel = kernel
    self.stride = stride
    self.rate = rate
    self.before = before
    self.after = after
    self.input = input
    self.output = output
  }

  /// The cell that tap k reads at position o; outside 0..<input it is padding.
  package func cell(at position: Int, tap: Int) -> Int {
    position * stride + tap * rate - before
  }

  /// The taps that read the map at a position.
  package func taps(at position: Int) -> Range<Int> {
    let first = before - position * stride
    return range(
      from: ceilDivide(first, rate), through: floorDivide(first + input - 1, rate), below: kernel)
  }

  /// The taps that read the map or its padding at a position.
  package func paddedTaps(at position: Int) -> Range<Int> {
    let last = input + before + after - 1 - position * stride
    return range(from: 0, through: floorDivide(last, rate), below: kernel)
  }

  /// The positions at which a tap reads the map.
  package func positions(of tap: Int) -> Range<Int> {
    let first = before - tap * rate
    return range(
      from: ceilDivide(first, stride), through: floorDivide(first + input - 1, stride),
      below: output)
  }

  /// Pairs of a position and a tap that read the map.
  package var liveTaps: Int { liveRange.reduce(0) { $0 + positions(of: $1).count } }

  /// The taps from the first to the last that read the map somewhere.
  package var liveRange: Range<Int> {
    let possible = range(
      from: ceilDivide(before - (output - 1) * stride, rate),
      through: floorDivide(before + input - 1, rate), below: kernel)
    guard let first = possible.first(where: { !positions(of: $0).isEmpty }),
      let last = possible.last(where: { !positions(of: $0).isEmpty })
    else { return 0..<0 }
    return first..<last + 1
  }

  /// The window with these taps alone, of which there is one at least.
  package func with(taps: Range<Int>) -> WindowAxis {
    WindowAxis(
      kernel: taps.count, stride: stride, rate: rate, before: before - taps.lowerBound * rate,
      after: after - (kernel - taps.upperBound) * rate, input: input, output: output)
  }

  private func range(from first: Int, through last: Int, below end: Int) -> Range<Int> {
    let lower = min(max(first, 0), end)
    return lower..<max(lower, min(last + 1, end))
  }
}

extension Window {
  /// The window along one axis, with the padding that these sizes give.
  ///
  /// Of a transposed window `input` is what it writes and `output` what it reads: the same taps.
  package func axis(_ axis: Axis, input: Int, output: Int) -> WindowAxis {
    let (before, after): (Int, Int)
    switch padding {
    case .explicit(let insets):
      (before, after) = insets[axis]
    case .sameTF:
      let total = max((output - 1) * stride[axis] + effectiveKernel(axis) - input, 0)
      (before, after) = (total / 2, total - total / 2)
    }
    return WindowAxis(
      kernel: kernel[axis], stride: stride[axis], rate: rate[axis], before: before, after: after,
      input: input, output: output)
  }
}

/// The largest integer at most a / b; b is positive.
package func floorDivide(_ a: Int, _ b: Int) -> Int {
  let quotient = a / b
  return a % b < 0 ? quotient - 1 : quotient
}

/// The smallest integer at least a / b; b is positive.
package func ceilDivide(_ a: Int, _ b: Int) -> Int {
  let quotient = a / b
  return a % b > 0 ? quotient + 1 : quotient
}
