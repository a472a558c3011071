import Formats
import IR
import Source
import Tensors

extension GraphExporter {
  mutating func pooling(
    _ spec: PoolingSpec, _ inputs: [String]
  ) throws(Diagnostic) -> String {
    let input = inputs[0]
    switch spec.region {
    case .window:
      guard let window = spec.window else { preconditionFailure("a window region has a window") }
      return try pooled(spec.kind, input) { (exporter, kind, map) throws(Diagnostic) in
        kind == .max
          ? try exporter.maximum(map, window) : try exporter.mean(map, window, kind)
      }
    case .global: return try global(spec.kind, input)
    case .adaptive(let bins):
      if bins == .one { return try global(spec.kind, input) }
      let sides = try sides(layer.inputs[0], "its bins depend on it")
      return try pyramid(spec.kind, input, bins, .adaptive, sides)
    case .spp(let levels, let rule):
      let sides = try sides(layer.inputs[0], "its bins depend on it")
      var parts: [String] = []
      for count in levels {
        let map = try pyramid(spec.kind, input, Size2(count), rule, sides)
        parts.append(emit("Flatten", [map], [("axis", .integer(1))]))
      }
      return concatenated(parts)
    case .roi(let levels, let height, let width, let offset):
      return try windows(
        spec.kind, inputs, levels, pixels: (height: height, width: width), offset)
    }
  }

  private mutating func global(
    _ kind: PoolingSpec.Kind, _ input: String
  ) throws(Diagnostic) -> String {
    try pooled(kind, input) { (exporter, kind, map) throws(Diagnostic) in
      exporter.emit(kind == .max ? "GlobalMaxPool" : "GlobalAveragePool", [map])
    }
  }

  /// Stochastic pooling is the mean of squares over the mean, and 0 where that is.
  mutating func pooled(
    _ kind: PoolingSpec.Kind, _ input: String,
    by reduce: (inout GraphExporter, PoolingSpec.Kind, String) throws(Diagnostic) -> String
  ) throws(Diagnostic) -> String {
    guard kind == .stochastic else { return try reduce(&self, kind, input) }
    let mean = PoolingSpec.Kind.average(countIncludePad: false)
    let squares = try reduce(&self, mean, emit("Mul", [input, input]))
    return quotient(squares, over: try reduce(&self, mean, input))
  }

  /// a / b, and 0 where b is 0.
  private mutating func quotient(_ dividend: String, over divisor: String) -> String {
    let zero = scalar(0)
    let isZero = emit("Equal", [divisor, zero])
    return emit("Where", [isZero, zero, emit("Div", [dividend, divisor])])
  }

  private mutating func maximum(_ input: String, _ window: Window) throws(Diagnostic) -> String {
    var attributes = window.attributes(includingRate: true)
    let padding = try padding(of: window)
    guard case .fixed(let insets) = padding else {
      return emit("MaxPool", [input], attributes + [padding.attribute])
    }
    let overhang = overhang(of: window, insets)
    let whole = window.ceilMode ? insets.extended(by: overhang ?? Size2(0)) : insets
    // Cells of the smallest value are written out where an operator may have none: as many as the
    // kernel, or between the taps.
    let mayOverhang = window.ceilMode && overhang == nil
    let isWritten =
      !whole.areBelow(window.kernel) || (window.rate != .one && (whole != .zero || mayOverhang))
    if mayOverhang {
      if isWritten { throw needsSize("how far `ceil_mode` reaches over the map depends on it") }
      attributes.append(("ceil_mode", .integer(1)))
    }
    if isWritten { return emit("MaxPool", [padded(input, whole, -.infinity)], attributes) }
    return emit("MaxPool", [input], attributes + [("pads", .integers(whole.pads))])
  }

  private mutating func mean(
    _ input: String, _ window: Window, _ kind: PoolingSpec.Kind
  ) throws(Diagnostic) -> String {
    let padding = try padding(of: window)
    guard case .average(var countsPads) = kind else { preconditionFailure("only of means") }
    var attributes = window.attributes(includingRate: false)
    guard case .fixed(let insets) = padding else {
      attributes += [padding.attribute, ("count_include_pad", .integer(countsPads ? 1 : 0))]
      return emit("AveragePool", [input], attributes)
    }
    // Without pads both ways of counting are one; what `ceil_mode` adds is never counted.
    if insets == .zero { countsPads = false }
    let overhang = overhang(of: window, insets)
    let isSimple = window.rate == .one && insets.areBelow(window.kernel)
    if isSimple, !window.ceilMode || !countsPads || overhang == Size2(0) {
      if window.ceilMode, overhang == nil { attributes.append(("ceil_mode", .integer(1))) }
      attributes += [
        ("pads", .integers(insets.extended(by: overhang ?? Size2(0)).pads)),
        ("count_include_pad", .integer(countsPads ? 1 : 0)),
      ]
      return emit("AveragePool", [input], attributes)
    }
    let mean = try convolved(input, window, insets.extended(by: overhang ?? Size2(0)))
    if !window.ceilMode, countsPads || insets == .zero { return mean }
    return try recounted(mean, window, countsPads)
  }

  /// The mean over whole kernels, zeros outside the map, as a convolution of each channel: it takes
  /// any rate and as many pads as are wanted.
  private mutating func convolved(
    _ input: String, _ window: Window, _ insets: Insets
  ) throws(Diagnostic) -> String {
    let channels = graph[layer.id].type.channels
    let (height, width) = (window.kernel.height, window.kernel.width)
    let count = product([channels, height, width]) ?? .max
    try requireListable(count)
    let share = 1 / (Float(height) * Float(width))
    let weights = constant(
      "shares", [channels, 1, height, width], .floats([Float](repeating: share, count: count)))
    var attributes = window.attributes(includingRate: true)
    attributes += [("group", .integer(channels)), ("pads", .integers(insets.pads))]
    return emit("Conv", [input, weights], attributes)
  }

  /// Means over the whole kernel made means over the cells that count.
  private mutating func recounted(
    _ mean: String, _ window: Window, _ countsPads: Bool
  ) throws(Diagnostic) -> String {
    let reason = "how many cells its windows count depends on it"
    let (input, output) = (try sides(layer.inputs[0], reason), try sides(layer.id, reason))
    var result = mean
    for axis in Axis.allCases {
      try requireListable(output[axis])
      let cells = window.axis(axis, input: input[axis], output: output[axis])
      let factors = (0..<output[axis]).map { position in
        let taps = countsPads ? cells.paddedTaps(at: position) : cells.taps(at: position)
        return Float(window.kernel[axis]) / Float(max(taps.count, 1))
      }
      result = scaled(result, factors, axis)
    }
    return result
  }

  /// Rows or columns of a map times a factor each.
  mutating func scaled(_ map: String, _ factors: [Float], _ axis: Axis) -> String {
    if factors.allSatisfy({ $0 == 1 }) { return map }
    return emit("Mul", [map, along(axis, factors, "factors")])
  }

  /// Numbers along one axis of a map.
  mutating func along(_ axis: Axis, _ values: [Float], _ role: String) -> String {
    let dimensions = axis == .height ? [values.count, 1] : [values.count]
    return constant(role, dimensions, .floats(values))
  }

  /// How many cells the last windows reach beyond the pads; nil where sizes are not known.
  private func overhang(of window: Window, _ insets: Insets) -> Size2? {
    guard let input = sides(layer.inputs[0]), let output = sides(layer.id) else { return nil }
    func cells(_ axis: Axis) -> Int {
      let (before, after) = insets[axis]
      let reach = (output[axis] - 1) * window.stride[axis] + window.effectiveKernel(axis)
      return max(reach - (input[axis] + before + after), 0)
    }
    return Size2(cells(.height), cells(.width))
  }
}

extension Insets {
  fileprivate func areBelow(_ kernel: Size2) -> Bool {
    max(top, bottom) < kernel.height && max(left, right) < kernel.width
  }

  fileprivate func extended(by cells: Size2) -> Insets {
    var insets = self
    insets.bottom += cells.height
    insets.right += cells.width
    return insets
  }
}
