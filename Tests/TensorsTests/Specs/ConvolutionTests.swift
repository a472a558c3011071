import TestSupport
import Testing

import Tensors

@Suite struct ConvolutionTests {
  #if DEBUG
    static let configurations = 150
  #else
    static let configurations = 2_000
  #endif

  @Test func atrousOfOnes() throws {
    let spec = ConvolutionSpec(
      outputChannels: 1, kernel: Size2(3), rate: Size2(2), padding: .explicit(Insets(2)),
      hasBias: false)
    let ones = try Tensor(Shape(1, 1, 3, 3)!, [Float](repeating: 1, count: 9))
    let result = try run(.convolution(spec), [counting(1, 1, 5, 5)], [ones])
    #expect(result.shape.dimensions == [1, 1, 5, 5])
    #expect(result[0, 0, 2, 2] == 117)
    #expect(result[0, 0, 0, 0] == 28)
  }

  @Test func parametersOfSeparableAndDense() throws {
    let input = TensorType.map(128, .symbol(.height), .symbol(.width))
    func count(_ spec: ConvolutionSpec) throws -> Int {
      try spec.parameters([input]).reduce(0) { $0 + $1.shape.count }
    }
    let depthwise = ConvolutionSpec(
      outputChannels: 128, kernel: Size2(3), groups: 128, hasBias: false)
    let pointwise = ConvolutionSpec(outputChannels: 256, kernel: .one, hasBias: false)
    let dense = ConvolutionSpec(outputChannels: 256, kernel: Size2(3), hasBias: false)
    #expect(try count(depthwise) + count(pointwise) == 33_920)
    #expect(try count(dense) == 294_912)
    let transposed = ConvolutionSpec(
      outputChannels: 64, kernel: Size2(2), stride: Size2(2), groups: 2, transposed: true)
    #expect(
      try transposed.parameters([input]).map(\.shape.dimensions) == [[128, 32, 2, 2], [64]])
    #expect(try transposed.parameters([input]).map(\.slot) == ["weight", "bias"])
  }

  /// architectures.md, 1.1.
  @Test(arguments: [
    (65, 1, 8.816), (65, 2, 8.635), (65, 6, 7.926), (65, 12, 6.921), (65, 18, 5.984),
    (65, 24, 5.115), (65, 32, 4.062), (65, 33, 3.939), (65, 36, 3.581), (65, 48, 2.320),
    (65, 60, 1.331), (65, 64, 1.063), (65, 65, 1), (65, 100, 1), (33, 6, 6.950), (33, 12, 5.165),
    (33, 18, 3.645), (33, 24, 2.388), (33, 36, 1),
  ])
  func liveTaps(size: Int, rate: Int, mean: Double) throws {
    let spec = ConvolutionSpec(
      outputChannels: 1, kernel: Size2(3), rate: Size2(rate), padding: .explicit(Insets(rate)))
    let call = try Call.make(.convolution(spec), [Shape(1, 1, size, size)!])
    #expect(call.output == call.inputs[0])
    let live = try #require(spec.live(inputs: call.inputs, output: call.output))
    #expect(abs(live - mean) < 0.001)
    if rate < size {
      // exact: (3 − 2r/N)²
      let axis = 3 - 2 * Double(rate) / Double(size)
      #expect(abs(live - axis * axis) < 1e-12)
    }
  }

  @Test func multiplyAdds() throws {
    let spec = ConvolutionSpec(
      outputChannels: 64, kernel: Size2(7), stride: Size2(2), padding: .explicit(Insets(3)))
    let call = try Call.make(.convolution(spec), [Shape(1, 3, 224, 224)!])
    #expect(call.multiplyAdds == 112 * 112 * 49 * 3 * 64)
    let huge = Shape(1, 1, 1 << 29, 1 << 29)!
    #expect(spec.multiplyAdds(inputs: [huge], output: Shape(64, 64, 1 << 23, 1 << 23)!) == nil)
  }

  /// Against a loop over every number of the result.
  @Test func agreesWithALoopOverPixels() throws {
    var random = RandomNumbers(seed: 1)
    for _ in 0..<Self.configurations {
      let (spec, input) = try random.convolution(transposed: false)
      let parameters = try random.parameters(of: spec, input)
      let result = try run(.convolution(spec), [input], parameters)
      #expect(result.isIdentical(to: try gather(spec, input, parameters)), "\(spec) \(input.shape)")
    }
  }

  @Test func transposedAgreesWithALoopOverPixels() throws {
    var random = RandomNumbers(seed: 2)
    for _ in 0..<Self.configurations {
      let (spec, input) = try random.convolution(transposed: true)
      guard let call = try? Call.make(.convolution(spec), [input.shape]) else { continue }
      let parameters = try random.parameters(of: spec, input)
      let result = try run(.convolution(spec), [input], parameters)
      let expected = try scatter(spec, input, parameters, call.output)
      #expect(result.isIdentical(to: expected), "\(spec) \(input.shape)")
    }
  }

  /// A row longer than the references sum at once.
  @Test func longRows() throws {
    var random = RandomNumbers(seed: 3)
    for (kernel, stride, rate) in [(3, 1, 700), (3, 2, 1), (1, 1, 1), (2, 3, 5)] {
      let spec = ConvolutionSpec(
        outputChannels: 2, kernel: Size2(1, kernel), stride: Size2(1, stride),
        rate: Size2(1, rate),
        padding: .explicit(Insets(top: 0, bottom: 0, left: rate, right: rate)))
      let input = try random.tensor(Shape(1, 1, 2, 3_000)!)
      let parameters = try random.parameters(of: spec, input)
      let result = try run(.convolution(spec), [input], parameters)
      #expect(result.isIdentical(to: try gather(spec, input, parameters)))
    }
    let spec = ConvolutionSpec(
      outputChannels: 1, kernel: Size2(1, 3), stride: Size2(1, 3), rate: Size2(1, 2),
      transposed: true)
    let input = try random.tensor(Shape(1, 2, 1, 900)!)
    let parameters = try random.parameters(of: spec, input)
    let call = try Call.make(.convolution(spec), [input.shape])
    #expect(
      try run(.convolution(spec), [input], parameters)
        .isIdentical(to: scatter(spec, input, parameters, call.output)))
  }

  @Test func sameOfTensorFlow() throws {
    let spec = ConvolutionSpec(
      outputChannels: 1, kernel: Size2(3), stride: Size2(2), padding: .sameTF, hasBias: false)
    let ones = try Tensor(Shape(1, 1, 3, 3)!, [Float](repeating: 1, count: 9))
    // an even size pads after only, an odd one on both sides
    let even = try run(.convolution(spec), [counting(1, 1, 4, 4)], [ones])
    #expect(even.values == [54, 45, 72, 54])
    let odd = try run(.convolution(spec), [counting(1, 1, 5, 5)], [ones])
    #expect(odd.shape.dimensions == [1, 1, 3, 3])
    #expect(odd[0, 0, 0, 0] == 1 + 2 + 6 + 7)
  }
}

extension RandomNumbers {
  /// Kernel 1–4, stride 1–3, rates beyond the map, groups and depthwise, pads of every side.
  mutating func convolution(transposed: Bool) throws -> (ConvolutionSpec, Tensor) {
    while true {
      let groups = integer(in: 1...3)
      let (inside, outside) = (integer(in: 1...3), integer(in: 1...3))
      let depthwise = below(4) == 0
      var spec = ConvolutionSpec(
        outputChannels: groups * (depthwise ? 1 : outside), kernel: size(1...4),
        stride: size(1...3), rate: below(4) == 0 ? size(1...20) : size(1...4),
        padding: below(6) == 0 ? .sameTF : .explicit(insets(0...6)), groups: groups,
        hasBias: below(2) == 0, transposed: transposed)
      if transposed, below(2) == 0 {
        spec.outputPadding = Size2(
          below(max(spec.stride.height, spec.rate.height)),
          below(max(spec.stride.width, spec.rate.width)))
      }
      let shape = Shape(
        integer(in: 1...2), groups * (depthwise ? 1 : inside), integer(in: 1...9),
        integer(in: 1...9))!
      let input = try tensor(shape)
      if (try? Call.make(.convolution(spec), [shape])) != nil { return (spec, input) }
    }
  }

  mutating func parameters(of spec: ConvolutionSpec, _ input: Tensor) throws -> [Tensor] {
    let call = try Call.make(.convolution(spec), [input.shape])
    return try call.parameters.map { try tensor($0.shape) }
  }
}

/// Pads before an axis, as the definition of TensorFlow's SAME says them.
private func before(_ spec: ConvolutionSpec, _ axis: Axis, read: Int, stands: Int) -> Int {
  guard case .explicit(let insets) = spec.padding else {
    let effective = spec.rate[axis] * (spec.kernel[axis] - 1) + 1
    return max((stands - 1) * spec.stride[axis] + effective - read, 0) / 2
  }
  return axis == .height ? insets.top : insets.left
}

func gather(_ spec: ConvolutionSpec, _ input: Tensor, _ parameters: [Tensor]) throws -> Tensor {
  let call = try Call.make(.convolution(spec), [input.shape])
  let output = call.output
  let top = before(spec, .height, read: input.shape.h, stands: output.h)
  let left = before(spec, .width, read: input.shape.w, stands: output.w)
  let inside = input.shape.c / spec.groups
  var values: [Float] = []
  for n in 0..<output.n {
    for o in 0..<output.c {
      let group = o / (output.c / spec.groups)
      for y in 0..<output.h {
        for x in 0..<output.w {
          var sum = spec.hasBias ? parameters[1].values[o] : 0
          for c in 0..<inside {
            for i in 0..<spec.kernel.height {
              for j in 0..<spec.kernel.width {
                let h = y * spec.stride.height + i * spec.rate.height - top
                let w = x * spec.stride.width + j * spec.rate.width - left
                sum += input.cell(n, group * inside + c, h, w) * parameters[0][o, c, i, j]
              }
            }
          }
          values.append(sum)
        }
      }
    }
  }
  return try Tensor(output, values)
}

private func scatter(
  _ spec: ConvolutionSpec, _ input: Tensor, _ parameters: [Tensor], _ output: Shape
) throws -> Tensor {
  let top = before(spec, .height, read: output.h, stands: input.shape.h)
  let left = before(spec, .width, read: output.w, stands: input.shape.w)
  let (inside, outside) = (input.shape.c / spec.groups, output.c / spec.groups)
  var values = [Float](repeating: 0, count: output.count)
  if spec.hasBias {
    for index in values.indices {
      values[index] = parameters[1].values[index / (output.h * output.w) % output.c]
    }
  }
  for n in 0..<output.n {
    for c in 0..<input.shape.c {
      for (h, w) in cells(input.shape.h, input.shape.w) {
        for o in 0..<outside {
          for (i, j) in cells(spec.kernel.height, spec.kernel.width) {
            let y = h * spec.stride.height + i * spec.rate.height - top
            let x = w * spec.stride.width + j * spec.rate.width - left
            guard y >= 0, y < output.h, x >= 0, x < output.w else { continue }
            let channel = c / inside * outside + o
            let index = ((n * output.c + channel) * output.h + y) * output.w + x
            values[index] += input[n, c, h, w] * parameters[0][c, o, i, j]
          }
        }
      }
    }
  }
  return try Tensor(output, values)
}

/// The cells of a map, row by row.
func cells(_ height: Int, _ width: Int) -> [(Int, Int)] {
  (0..<height).flatMap { y in (0..<width).map { (y, $0) } }
}
