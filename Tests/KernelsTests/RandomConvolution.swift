import Tensors
import TestSupport
import Testing

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

  init(_ spec: ConvolutionSpec, _ input: Shape?) { (self.spec, self.input) = (spec, input) }

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

  /// One to three stages, and perhaps a second result, exact on small whole numbers; with the
  /// epilogue's inputs and parameters.
  func epilogue(
    of call: Call, _ random: inout RandomNumbers
  ) throws -> (epilogue: Epilogue, inputs: [Tensor], parameters: [Tensor]) {
    var epilogue = Epilogue.none
    let channels = try #require(Shape(call.output.n, call.output.c, 1, 1))
    func stage(_ random: inout RandomNumbers) -> Scalar {
      switch random.below(7) {
      case 0: return .maximum(.input(0), .constant(0))
      case 1: return .minimum(.maximum(.input(0), .constant(-6)), .constant(6))
      case 2: return .maximum(.input(0), .negate(.input(0)))
      case 3:
        epilogue.parameterCount += 2
        let last = epilogue.parameterCount - 1
        return .add(.multiply(.parameter(last), .input(0)), .parameter(last - 1))
      case 4:
        epilogue.inputs.append(channels)
        return .add(.input(epilogue.inputs.count), .input(0))
      case 5:
        epilogue.inputs.append(call.output)
        return .minimum(.input(0), .input(epilogue.inputs.count))
      default:
        epilogue.inputs.append(call.output)
        return .maximum(.add(.input(0), .input(epilogue.inputs.count)), .constant(0))
      }
    }
    for _ in 0..<random.integer(in: 1...3) { epilogue.stages.append(stage(&random)) }
    if random.below(3) == 0 { epilogue.second = [stage(&random)] }
    func tensor(_ shape: Shape, _ random: inout RandomNumbers) throws -> Tensor {
      try Tensor(shape, (0..<shape.count).map { _ in Float(random.integer(in: -2...2)) })
    }
    let parameter = try #require(Shape([call.output.c]))
    let inputs = try epilogue.inputs.map { try tensor($0, &random) }
    let parameters = try (0..<epilogue.parameterCount).map { _ in try tensor(parameter, &random) }
    return (epilogue, inputs, parameters)
  }
}
