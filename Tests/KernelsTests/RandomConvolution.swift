import Tensors
import TestSupport

@testable import Kernels

/// A convolution of a random form, small enough for the reference.
struct RandomConvolution {
  #if DEBUG
    static let count = 60
  #else
    static let count = 2000
  #endif

  let spec: ConvolutionSpec
  let input: Shape?

  init(_ random: inout RandomNumbers, isTransposed: Bool = false) {
    var channels = random.integer(in: 1...67)
    var outputs = random.integer(in: 1...67)
    var groups = 1
    switch random.integer(in: 0...5) {
    case 0:
      (groups, outputs) = (channels, channels)
    case 1:
      groups = random.integer(in: 2...4)
      channels = groups * random.integer(in: 1...20)
      outputs = groups * random.integer(in: 1...20)
    default: break
    }
    func pair(_ range: ClosedRange<Int>, _ random: inout RandomNumbers) -> Size2 {
      let first = random.integer(in: range)
      return Size2(first, random.integer(in: 0...2) == 0 ? random.integer(in: range) : first)
    }
    let kernel = random.integer(in: 0...2) == 0 ? Size2(1) : pair(1...7, &random)
    let rate = random.integer(in: 0...1) == 0 ? Size2(1) : pair(1...40, &random)
    let reach = (kernel.height - 1) * rate.height + (kernel.width - 1) * rate.width
    func pad(_ random: inout RandomNumbers) -> Int {
      random.integer(in: 0...2) == 0 ? 0 : random.integer(in: 0...max(1, reach / 2))
    }
    let stride = pair(1...(isTransposed ? 5 : 3), &random)
    let outside = Size2(
      random.integer(in: 0...max(stride.height, rate.height) - 1),
      random.integer(in: 0...max(stride.width, rate.width) - 1))
    spec = ConvolutionSpec(
      outputChannels: outputs, kernel: kernel, stride: stride, rate: rate,
      padding: .explicit(
        Insets(
          top: pad(&random), bottom: pad(&random), left: pad(&random), right: pad(&random))),
      groups: groups, hasBias: random.integer(in: 0...1) == 0, transposed: isTransposed,
      outputPadding: isTransposed ? outside : Size2(0))
    // Large maps with few channels, and the other way round.
    let most = channels * outputs > 600 ? 24 : 70
    input = Shape(
      random.integer(in: 1...3), channels, random.integer(in: 1...most),
      random.integer(in: 1...most))
  }

  /// Nil where the window does not fit the map, or the reference would take too long.
  var call: Call? {
    guard let input, let call = try? Call.make(.convolution(spec), [input]),
      call.multiplyAdds ?? .max < 20_000_000, call.output.count < 1_000_000
    else { return nil }
    return call
  }

  /// Input, weight and, where there is one, bias.
  func tensors(
    _ call: Call, _ random: inout RandomNumbers, _ number: (inout RandomNumbers) -> Float
  ) throws -> [Tensor] {
    try ([call.inputs[0]] + call.parameters.map(\.shape)).map { shape in
      try Tensor(shape, (0..<shape.count).map { _ in number(&random) })
    }
  }
}
