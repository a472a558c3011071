extension ConvolutionSpec: SpecFamily {
  package var window: Window? { slidingWindow }

  /// The window that every convolution has.
  package var slidingWindow: Window {
    Window(
      kernel: kernel, stride: stride, rate: rate, padding: padding, isTransposed: transposed)
  }

  package func infer(_ inputs: [TensorType]) throws(SpecError) -> Inferred {
    try Inference.requireArity(inputs, 1)
    try validate(channels: inputs[0].channels)
    let map = try Inference.map(inputs)
    let window = slidingWindow
    var inference = Inference()
    let extents = try MapExtents.each { (axis) throws(SpecError) in
      transposed
        ? try window.transposedExtent(
          axis, of: map[axis], outputPadding: outputPadding[axis], &inference)
        : try window.extent(axis, of: map[axis], &inference)
    }
    var type = inputs[0].with(extents)
    type.channels = outputChannels
    return Inferred(type, inference.conditions)
  }

  private func validate(channels: Int) throws(SpecError) {
    try FieldLimits.require("channels", outputChannels)
    try slidingWindow.validate()
    try FieldLimits.require("groups", groups)
    for axis in Axis.allCases {
      let largest = transposed ? max(stride[axis], rate[axis]) - 1 : 0
      try FieldLimits.require("output_pad", outputPadding[axis], in: 0...largest)
    }
    guard channels % groups == 0, outputChannels % groups == 0 else {
      throw .groups(groups, input: channels, output: outputChannels)
    }
  }

  package func parameters(_ inputs: [TensorType]) throws(SpecError) -> [ParameterShape] {
    try Inference.requireArity(inputs, 1)
    let channels = inputs[0].channels
    try validate(channels: channels)
    let weight =
      transposed
      ? Shape(channels, outputChannels / groups, kernel.height, kernel.width)
      : Shape(outputChannels, channels / groups, kernel.height, kernel.width)
    guard let weight, let bias = Shape([outputChannels]) else { throw .tooLarge }
    let shape = ParameterShape("weight", weight)
    return hasBias ? [shape, ParameterShape("bias", bias)] : [shape]
  }

  /// Positions that the window stands at, times taps, times pairs of channels in a group.
  package func multiplyAdds(inputs: [Shape], output: Shape) -> Int? {
    let stands = transposed ? inputs[0] : output
    return product([
      stands.n, stands.h, stands.w, kernel.height, kernel.width, inputs[0].c / groups, output.c,
    ])
  }

  package var retargeting: Retargeting {
    outputPadding == Size2(0) ? slidingWindow.retargeting : .refused("it has output padding")
  }

  package func dense(
    owed: Size2, stride target: Size2, atrousAll: Bool
  ) throws(SpecError) -> ConvolutionSpec {
    let window = try slidingWindow.dense(
      owed: owed, stride: target, atrousAll: atrousAll, retargeting)
    var spec = self
    (spec.stride, spec.rate, spec.padding) = (window.stride, window.rate, window.padding)
    return spec
  }

  /// Mean live taps: the product of the means of the axes (architectures.md, 1.1).
  package func live(inputs: [Shape], output: Shape) -> Double? {
    if transposed { return nil }
    let rows = slidingWindow.axis(.height, input: inputs[0].h, output: output.h)
    let columns = slidingWindow.axis(.width, input: inputs[0].w, output: output.w)
    return Double(rows.liveTaps) / Double(output.h) * Double(columns.liveTaps) / Double(output.w)
  }

  package var description: String {
    var words = [transposed ? "transposed_convolution" : "convolution"]
    words += ["\(kernel.height)x\(kernel.width)", "\(outputChannels)"]
    if stride != .one { words.append("stride=\(stride)") }
    if rate != .one { words.append("rate=\(rate)") }
    if padding != .none { words.append("pad=\(padding)") }
    if outputPadding != Size2(0) { words.append("output_pad=\(outputPadding)") }
    if groups != 1 { words.append("groups=\(groups)") }
    if !hasBias { words.append("bias=no") }
    return words.joined(separator: " ")
  }
}

/// The product of numbers that are not negative; nil where it overflows.
package func product(_ numbers: [Int]) -> Int? {
  if numbers.contains(0) { return 0 }
  var result = 1
  for number in numbers {
    let (next, overflow) = result.multipliedReportingOverflow(by: number)
    if overflow { return nil }
    result = next
  }
  return result
}
