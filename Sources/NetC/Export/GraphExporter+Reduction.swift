import Formats
import IR
import Source
import Tensors

extension GraphExporter {
  mutating func reduction(_ spec: ReductionSpec, _ input: String) throws(Diagnostic) -> String {
    switch spec {
    case .softmax: return emit("Softmax", [input], [("axis", .integer(1))])
    case .argmax:
      let labels = emit("ArgMax", [input], [("axis", .integer(1)), ("keepdims", .integer(1))])
      return emit("Cast", [labels], [("to", .integer(ONNXElement.float32.rawValue))])
    case .responseNormalization(let normalization):
      return normalization.acrossChannels
        ? try acrossChannels(normalization, input) : within(normalization, input)
    }
  }

  /// The operator wants maps, and a window with a middle; else the squares of the channels in a
  /// window are summed by a 1x1 convolution with weights of 1.
  private mutating func acrossChannels(
    _ spec: ResponseNormalization, _ input: String
  ) throws(Diagnostic) -> String {
    let type = graph[layer.id].type
    let isVector = type.extents == nil
    let map = isVector ? emit("Unsqueeze", [input, integers([2, 3], "axes")]) : input
    let result: String
    if spec.size % 2 == 1 {
      // alpha is divided by the size.
      let alpha = spec.factor * Double(spec.size)
      result = emit(
        "LRN", [map],
        [
          ("size", .integer(spec.size)), ("alpha", .float(Float(alpha))),
          ("beta", .float(Float(spec.beta))), ("bias", .float(Float(spec.k))),
        ])
    } else {
      let channels = type.channels
      try requireListable(product([channels, channels]) ?? .max)
      var weights = [Float](repeating: 0, count: channels * channels)
      for channel in 0..<channels {
        let first = channel - spec.before
        for other in max(first, 0)..<min(first + spec.size, channels) {
          weights[channel * channels + other] = 1
        }
      }
      let band = constant("band", [channels, channels, 1, 1], .floats(weights))
      let sums = emit("Conv", [emit("Mul", [map, map]), band])
      result = normalized(map, sums, factor: spec.factor, spec)
    }
    return isVector ? emit("Flatten", [result], [("axis", .integer(1))]) : result
  }

  /// The sum of squares in a window is their mean, pads counted, times its cells.
  private mutating func within(_ spec: ResponseNormalization, _ input: String) -> String {
    let (before, after) = (spec.before, spec.size - 1 - spec.before)
    let means = emit(
      "AveragePool", [emit("Mul", [input, input])],
      [
        ("kernel_shape", .integers([spec.size, spec.size])),
        ("pads", .integers([before, before, after, after])), ("count_include_pad", .integer(1)),
      ])
    let cells = Double(spec.size) * Double(spec.size)
    return normalized(input, means, factor: spec.factor * cells, spec)
  }

  /// x / (k + factor · sum)^beta
  private mutating func normalized(
    _ input: String, _ sums: String, factor: Double, _ spec: ResponseNormalization
  ) -> String {
    let scaled = emit("Mul", [sums, scalar(Float(factor))])
    let base = emit("Add", [scaled, scalar(Float(spec.k))])
    return emit("Div", [input, emit("Pow", [base, scalar(Float(spec.beta))])])
  }
}
