import Tensors
import TestSupport
import Testing

@testable import Kernels

/// A kernel of maps against the definition: random numbers in random sizes, between guard pages.
struct MapConformance {
  static let isas = VectorISA.allCases.filter(\.isSupported)
  /// What kernels are made for, and how maps lie.
  static let forms =
    isas.map { (isa: $0, layout: $0.layout) }
    + (Precision.bf16.refusal(.best) == nil ? [(.best, .blockedBF16(16))] : [])
  #if DEBUG
    static let count = 20
  #else
    static let count = 500
  #endif

  let kernel: any KernelImplementation
  let layout: Layout
  var random: RandomNumbers
  private(set) var accepted = 0

  init(_ kernel: any KernelImplementation, _ layout: Layout, seed: UInt64) {
    self.kernel = kernel
    self.layout = layout
    random = RandomNumbers(seed: seed)
  }

  /// Numbers of every input that `number` makes, in the layouts that the kernel asks for.
  mutating func outcome(
    _ call: Call, epilogue: Epilogue = .none, output: Layout? = nil,
    _ number: (inout RandomNumbers) -> Float
  ) throws -> (observed: [Float], expected: [Float], inputs: [Tensor])? {
    let inputs = try call.inputs.map { try tensor($0, number) }
    let trial = KernelTrial(
      call: call, epilogue: epilogue, layout: layout, wanted: output, gap: random.below(2) * 5,
      atEnd: random.below(3) > 0)
    guard let observed = try trial.run(kernel, inputs)?.result else { return nil }
    accepted += 1
    var expected = try trial.expected(inputs).result
    if trial.resultLayout(kernel)?.isBF16 == true {
      expected = expected.map(\.roundedToBFloat16)
    }
    return (observed, expected, inputs)
  }

  mutating func tensor(
    _ shape: Shape, _ number: (inout RandomNumbers) -> Float
  ) throws -> Tensor {
    var numbers = random
    defer { random = numbers }
    return try Tensor(shape, (0..<shape.count).map { _ in number(&numbers) })
  }

  /// Bit for bit but for the kind of a NaN.
  mutating func requireEqual(
    _ call: Call, output: Layout? = nil, _ number: (inout RandomNumbers) -> Float
  ) throws {
    guard let (observed, expected, _) = try outcome(call, output: output, number) else { return }
    for place in observed.indices {
      let isSame =
        observed[place] == expected[place] || (observed[place].isNaN && expected[place].isNaN)
      try #require(
        isSame, "\(observed[place]) not \(expected[place]) at \(place): \(call) \(call.inputs)")
    }
  }

  /// Within `bound` of the definition, and an ulp for the definition's own rounding.
  mutating func requireNear(
    _ call: Call, output: Layout? = nil, _ number: (inout RandomNumbers) -> Float,
    bound: ([Tensor], Int) throws -> Float
  ) throws {
    guard let (observed, expected, inputs) = try outcome(call, output: output, number) else {
      return
    }
    for place in observed.indices {
      let distance = (observed[place] - expected[place]).magnitude
      let allowed = try bound(inputs, place) + expected[place].magnitude * 0x1p-23
      try #require(
        distance <= allowed,
        "\(observed[place]) not \(expected[place]) at \(place): \(call) \(call.inputs)")
    }
  }

  /// A map of up to three images, large in its extents or in its channels.
  mutating func shape() throws -> Shape {
    let channels = random.integer(in: 1...40)
    let most = channels > 20 ? 12 : 40
    return try #require(
      Shape(
        random.integer(in: 1...3), channels, random.integer(in: 1...most),
        random.integer(in: 1...most)))
  }

  static func smallInteger(_ random: inout RandomNumbers) -> Float {
    Float(random.integer(in: -8...8))
  }

  static func float(_ random: inout RandomNumbers) -> Float { random.float(in: -1...1) }
}
