extension PoolingSpec: SpecFamily {
  package var window: Window? {
    guard case .window(let kernel, let stride, let rate, let padding, let ceilMode) = region else {
      return nil
    }
    return Window(kernel: kernel, stride: stride, rate: rate, padding: padding, ceilMode: ceilMode)
  }

  package var reach: Reach {
    switch region {
    case .window: .local
    case .global, .adaptive, .spp, .roi: .global
    }
  }

  package func infer(_ inputs: [TensorType]) throws(SpecError) -> Inferred {
    if case .roi = region { return try inferWindows(inputs) }
    try Inference.requireArity(inputs, 1)
    let map = try Inference.map(inputs)
    var inference = Inference()
    var type = inputs[0]
    switch region {
    case .window:
      guard let window else { preconditionFailure("a window region has a window") }
      try window.validate()
      type = type.with(
        try MapExtents.each { (axis) throws(SpecError) in
          try window.extent(axis, of: map[axis], &inference)
        })
    case .global:
      type.kind = .map(height: .constant(1), width: .constant(1))
    case .adaptive(let size):
      try FieldLimits.require("bins", size)
      type.kind = .map(height: .constant(size.height), width: .constant(size.width))
    case .spp(let bins, let rule):
      type.channels = try vectorLength(channels: type.channels, bins)
      type.kind = .vector
      for axis in Axis.allCases {
        for count in bins { try rule.requireBins(count, axis, of: map[axis], &inference) }
      }
    case .roi:
      preconditionFailure("windows have been inferred")
    }
    return Inferred(type, inference.conditions)
  }

  private func inferWindows(_ inputs: [TensorType]) throws(SpecError) -> Inferred {
    guard case .roi(let bins, let height, let width, _) = region else {
      preconditionFailure("only of windows")
    }
    try Inference.requireArity(inputs, 2)
    _ = try Inference.map(inputs)
    guard inputs[0].leading == .batch else { throw .leadingDiffers }
    guard inputs[1].kind == .windows else {
      throw .kind(input: 1, expected: .windows, found: inputs[1].kind)
    }
    for stride in [height, width] where stride <= .zero { throw .factor(stride) }
    let length = try vectorLength(channels: inputs[0].channels, bins)
    return Inferred(TensorType(leading: .windows, channels: length, kind: .vector))
  }

  /// C · sum n².
  private func vectorLength(channels: Int, _ bins: [Int]) throws(SpecError) -> Int {
    try FieldLimits.require("levels", bins.count)
    var sum = 0
    for count in bins {
      try FieldLimits.require("bins", count)
      let (total, overflow) = sum.addingReportingOverflow(count * count)
      if overflow { throw .tooLarge }
      sum = total
    }
    guard let length = product([channels, sum]) else { throw .tooLarge }
    return length
  }

  package var retargeting: Retargeting {
    switch region {
    case .window: window?.retargeting ?? .exact
    case .global: .approximate("global pooling reads more positions")
    case .adaptive, .spp(_, .adaptive): .approximate("adaptive bins hold more positions")
    case .spp: .refused("the windows of spatial pyramid pooling depend on the size of the map")
    case .roi: .approximate("the bins of a window hold more positions")
    }
  }

  package func dense(
    owed: Size2, stride target: Size2, atrousAll: Bool
  ) throws(SpecError) -> PoolingSpec {
    guard let window, case .window(_, _, _, _, let ceilMode) = region else {
      if owed != .one, case .refused(let reason) = retargeting { throw .refused(reason) }
      return self
    }
    let dense = try window.dense(owed: owed, stride: target, atrousAll: atrousAll, retargeting)
    return PoolingSpec(
      kind: kind,
      region: .window(
        kernel: dense.kernel, stride: dense.stride, rate: dense.rate, padding: dense.padding,
        ceilMode: ceilMode))
  }

  package var description: String {
    var words: [String] = []
    switch kind {
    case .max: words.append("max_pooling")
    case .average(let countIncludePad):
      words.append("average_pooling")
      if !countIncludePad { words.append("count_include_pad=no") }
    case .stochastic: words.append("stochastic_pooling")
    }
    switch region {
    case .window(let kernel, let stride, let rate, let padding, let ceilMode):
      words += ["\(kernel.height)x\(kernel.width)", "stride=\(stride)"]
      if rate != .one { words.append("rate=\(rate)") }
      if padding != .none { words.append("pad=\(padding)") }
      if ceilMode { words.append("ceil_mode=yes") }
    case .global: words.append("global")
    case .adaptive(let size): words.append("adaptive=\(size.height)x\(size.width)")
    case .spp(let bins, let rule): words.append("spp\(bins) rule=\(rule.rawValue)")
    case .roi(let bins, let height, let width, let offset):
      words.append("windows\(bins) pixels=\(height)x\(width)")
      if offset != 0 { words.append("offset=\(offset)") }
    }
    return words.joined(separator: " ")
  }
}
