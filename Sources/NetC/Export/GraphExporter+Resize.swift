import Formats
import IR
import Source
import Tensors

extension GraphExporter {
  mutating func resize(_ spec: ResizeSpec, _ inputs: [String]) throws(Diagnostic) -> String {
    guard let input = sides(layer.inputs[0]), let output = sides(layer.id) else {
      return try dynamic(spec, inputs)
    }
    if input == output { return inputs[0] }
    let grids = Axis.allCases.map { Grid(spec, $0, input: input[$0], output: output[$0]) }
    if spec.mode == .nearest {
      for axis in Axis.allCases { try requireListable(output[axis]) }
    }
    if grids.allSatisfy({ $0.isOfSizes(spec) }) {
      return emitResize(spec, inputs[0], sizes: targetSizes(inputs, output))
    }
    if grids.allSatisfy({ $0.isOfFactor(spec) }) {
      return emitResize(spec, inputs[0], scales: grids.map { $0.factor ?? 1 })
    }
    var result = inputs[0]
    for (axis, grid) in zip(Axis.allCases, grids) where grid.input != grid.output {
      try requireListable(grid.output)
      result = sampled(
        result, spec.samples(axis, input: grid.input, output: grid.output), axis, spec.mode)
    }
    return result
  }

  /// Where sizes are symbols only grids that need none to be exact are.
  private mutating func dynamic(
    _ spec: ResizeSpec, _ inputs: [String]
  ) throws(Diagnostic) -> String {
    let reason = "the cells that it takes depend on it"
    switch spec.target {
    case .fixed(let size):
      if spec.mode == .nearest { throw needsSize(reason) }
      return emitResize(spec, inputs[0], sizes: targetSizes(inputs, size))
    case .like:
      if spec.mode == .nearest { throw needsSize(reason) }
      return emitResize(spec, inputs[0], sizes: targetSizes(inputs, sides(layer.id)))
    case .factor(let height, let width):
      guard height.isExactScale(spec), width.isExactScale(spec) else { throw needsSize(reason) }
      return emitResize(spec, inputs[0], scales: [height.single, width.single])
    }
  }

  private mutating func emitResize(
    _ spec: ResizeSpec, _ input: String, sizes: String? = nil, scales: [Float] = []
  ) -> String {
    var attributes: [(name: String, content: ONNXAttribute.Content)] = []
    switch spec.mode {
    case .bilinear:
      attributes = [
        ("mode", .text("linear")),
        (
          "coordinate_transformation_mode",
          .text(spec.alignCorners ? "align_corners" : "half_pixel")
        ),
      ]
    case .nearest:
      attributes = [
        ("mode", .text("nearest")), ("coordinate_transformation_mode", .text("asymmetric")),
        ("nearest_mode", .text("floor")),
      ]
    }
    if let sizes { return emit("Resize", [input, "", "", sizes], attributes) }
    let factors = constant("scales", [4], .floats([1, 1] + scales))
    return emit("Resize", [input, "", factors], attributes)
  }

  /// The four dimensions of the result, computed from the inputs as far as they are symbols.
  private mutating func targetSizes(_ inputs: [String], _ output: Size2?) -> String {
    let type = graph[layer.id].type
    if let batch, let output, type.leading == .batch {
      return integers([batch, type.channels, output.height, output.width], "sizes")
    }
    let outer = shape(of: inputs[0], from: 0, to: 2)
    let inner =
      output.map { integers([$0.height, $0.width], "sizes") }
      ?? shape(of: inputs[inputs.count - 1], from: 2)
    return emit("Concat", [outer, inner], [("axis", .integer(0))])
  }

  /// One axis of a map on a grid, cell by cell.
  private mutating func sampled(
    _ map: String, _ samples: [GridSample], _ axis: Axis, _ mode: ResizeSpec.Mode
  ) -> String {
    let low = gather(map, samples.map(\.low), axis)
    if mode == .nearest { return low }
    let high = gather(map, samples.map(\.high), axis)
    let lowPart = emit("Mul", [low, along(axis, samples.map { Float(1 - $0.weight) }, "weights")])
    let highPart = emit("Mul", [high, along(axis, samples.map { Float($0.weight) }, "weights")])
    return emit("Add", [lowPart, highPart])
  }
}

/// One axis of a resize, and whether the operator's grid is the same.
private struct Grid {
  let input: Int
  let output: Int
  let exact: Rational?
  private let samples: () -> [GridSample]

  init(_ spec: ResizeSpec, _ axis: Axis, input: Int, output: Int) {
    self.input = input
    self.output = output
    if case .factor(let height, let width) = spec.target {
      exact = axis == .height ? height : width
    } else {
      exact = nil
    }
    samples = { spec.samples(axis, input: input, output: output) }
  }

  var factor: Float? { exact?.single }

  /// Whether the grid goes by the two sizes.
  func isOfSizes(_ spec: ResizeSpec) -> Bool {
    guard spec.mode == .bilinear else {
      return takes(Float(output) / Float(input))
    }
    guard !spec.alignCorners, input != output, let exact else { return true }
    guard let left = product([input, exact.numerator]),
      let right = product([output, exact.denominator])
    else { return false }
    return left == right
  }

  /// Whether the grid goes by the factor, which gives the size in single and in double precision.
  func isOfFactor(_ spec: ResizeSpec) -> Bool {
    guard let factor, (Float(input) * factor).rounded(.down) == Float(output),
      (Double(input) * Double(factor)).rounded(.down) == Double(output)
    else { return false }
    if spec.mode == .nearest { return takes(factor) }
    return !spec.alignCorners && (input != output || input == 1)
  }

  /// Whether floor(o / scale), in single precision, names the cells that are taken.
  private func takes(_ scale: Float) -> Bool {
    samples().enumerated().allSatisfy { position, sample in
      min((Float(position) / scale).rounded(.down), Float(input - 1)) == Float(sample.low)
    }
  }
}

extension Rational {
  fileprivate var single: Float { Float(Double(numerator) / Double(denominator)) }

  /// Whether single precision gives floor(n · factor) and its grid for every n up to 2^16.
  ///
  /// Where the result has the size of the map, or twice that for `nearest`, netc goes by the sizes:
  /// factors just above 1 and 2 are left out.
  fileprivate func isExactScale(_ spec: ResizeSpec) -> Bool {
    guard let power = Int(exactly: denominator), power & (power - 1) == 0, power <= 64 else {
      return false
    }
    guard numerator <= 64 * denominator else { return false }
    let value = Double(numerator) / Double(denominator)
    if spec.alignCorners { return true }
    if spec.mode == .nearest { return numerator & (numerator - 1) == 0 }
    return !(value > 1 && value < 1.5)
  }
}
