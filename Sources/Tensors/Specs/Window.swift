/// A window that slides over a map.
package struct Window: Hashable, Sendable {
  package var kernel: Size2
  package var stride: Size2
  package var rate: Size2
  package var padding: Padding
  /// PyTorch's rounding: the last window may hang over, but starts inside the map or before it.
  package var ceilMode: Bool
  package var isTransposed: Bool

  package init(
    kernel: Size2, stride: Size2 = .one, rate: Size2 = .one, padding: Padding = .none,
    ceilMode: Bool = false, isTransposed: Bool = false
  ) {
    self.kernel = kernel
    self.stride = stride
    self.rate = rate
    self.padding = padding
    self.ceilMode = ceilMode
    self.isTransposed = isTransposed
  }

  /// K_eff = r(K − 1) + 1: the cells from the first tap to the last.
  package func effectiveKernel(_ axis: Axis) -> Int { rate[axis] * (kernel[axis] - 1) + 1 }

  func validate() throws(SpecError) {
    try FieldLimits.require("kernel", kernel)
    try FieldLimits.require("stride", stride)
    try FieldLimits.require("rate", rate)
    if case .explicit(let insets) = padding { try FieldLimits.require("pad", insets) }
  }

  /// The extent of the result of a window that reads where it stands.
  func extent(
    _ axis: Axis, of input: Extent, _ inference: inout Inference
  ) throws(SpecError) -> Extent {
    let (stride, effective) = (self.stride[axis], effectiveKernel(axis))
    guard case .explicit(let insets) = padding else {
      return try exactly { () throws(ExtentError) in try input.ceilDivided(by: stride) }
    }
    let (before, after) = insets[axis]
    if ceilMode {
      // floor((n + min(pads − K_eff + s − 1, before − 1)) / s) + 1: language.md, decision 3
      let shift = min(before + after - effective + stride - 1, before - 1)
      let output = try exactly { () throws(ExtentError) in
        try input.plus(shift).floorDivided(by: stride).plus(1)
      }
      if shift < -1 { try inference.requirePositive(axis, output) }
      return output
    }
    let padded = try exactly { () throws(ExtentError) in try input.plus(before + after) }
    if before + after < effective - 1 {
      if let size = padded.constantValue {
        guard size >= effective else {
          throw .windowNeverFits(axis, window: effective, padded: size)
        }
      } else {
        let set = try exactly { () throws(ExtentError) in
          try SizeSet.whereAtLeast(padded, effective)
        }
        inference.require(axis, set, .windowFits(window: effective, padded: padded))
      }
    }
    return try exactly { () throws(ExtentError) in
      try padded.minus(effective).floorDivided(by: stride).plus(1)
    }
  }

  /// The extent of the result of a window that writes where it stands.
  ///
  /// (n − 1)s − pads + K_eff + output padding; n·s with TensorFlow's SAME.
  func transposedExtent(
    _ axis: Axis, of input: Extent, outputPadding: Int, _ inference: inout Inference
  ) throws(SpecError) -> Extent {
    guard case .explicit(let insets) = padding else {
      return try exactly { () throws(ExtentError) in try input.times(stride[axis]) }
    }
    let (before, after) = insets[axis]
    let added = effectiveKernel(axis) + outputPadding - before - after
    let output = try exactly { () throws(ExtentError) in
      try input.minus(1).times(stride[axis]).plus(added)
    }
    if added < 1 { try inference.requirePositive(axis, output) }
    return output
  }

  /// The window on a map sampled `owed` times as densely, as `SpecFamily.dense` says.
  func dense(
    owed: Size2, stride target: Size2, atrousAll: Bool, _ retargeting: Retargeting
  ) throws(SpecError) -> Window {
    if owed == .one, target == stride { return self }
    if case .refused(let reason) = retargeting { throw .refused(reason) }
    func multiplier(_ axis: Axis) throws(SpecError) -> Int {
      guard atrousAll else { return owed[axis] }
      return try FieldLimits.times(owed[axis], stride[axis] / target[axis])
    }
    let factor = Size2(try multiplier(.height), try multiplier(.width))
    var window = self
    window.stride = target
    window.rate = Size2(
      try FieldLimits.times(rate.height, factor.height),
      try FieldLimits.times(rate.width, factor.width))
    let insets = constantInsets
    window.padding = .explicit(
      Insets(
        top: try FieldLimits.times(insets.top, factor.height),
        bottom: try FieldLimits.times(insets.bottom, factor.height),
        left: try FieldLimits.times(insets.left, factor.width),
        right: try FieldLimits.times(insets.right, factor.width)))
    return window
  }

  /// The pads at stride 1, where TensorFlow's SAME does not depend on the size.
  private var constantInsets: Insets {
    switch padding {
    case .explicit(let insets): return insets
    case .sameTF:
      let (height, width) = (effectiveKernel(.height) - 1, effectiveKernel(.width) - 1)
      return Insets(
        top: height / 2, bottom: height - height / 2, left: width / 2, right: width - width / 2)
    }
  }

  /// What a window lets a lower output stride do.
  var retargeting: Retargeting {
    if isTransposed {
      return stride == .one ? .exact : .refused("it makes the map larger inside")
    }
    guard stride != .one else { return .exact }
    if case .sameTF = padding {
      return .refused("pad=same(tf) with a stride depends on the size")
    }
    return ceilMode ? .refused("ceil_mode with a stride depends on the size") : .exact
  }
}
