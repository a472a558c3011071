import Tensors
import TestSupport
import Testing

@testable import Kernels

/// Direct convolutions on maps of bfloat16 numbers against the naive reference, between guard pages.
@Suite(.enabled(if: Precision.bf16.refusal(.avx512) == nil))
struct ConvolutionBF16Tests {
  static let kernel = DirectConvolution(.avx512, precision: .bf16)
  static let (narrow, wide) = (Layout.blockedBF16(16), Layout.blocked(16))

  /// Random configurations: bit for bit on small integers, rounded once where they are stored.
  @Test(arguments: [false, true])
  func integersAreExact(isTransposed: Bool) throws {
    var random = RandomNumbers(seed: 11)
    var (count, rounded) = (0, 0)
    for index in 0..<RandomConvolution.count {
      let configuration = RandomConvolution(&random, isTransposed: isTransposed)
      guard let call = configuration.call else { continue }
      let inputs = try configuration.tensors(call, &random) { Float($0.integer(in: -8...8)) }
      let layouts = [Self.narrow, Self.narrow, Self.narrow, Self.wide, .planar]
      let trial = KernelTrial(
        call: call, layout: layouts[index % 5], wanted: index % 7 == 0 ? Self.wide : Self.narrow,
        gap: index % 2 * 5, atEnd: index % 3 != 0)
      if try expectExact(trial, inputs, "case \(index): \(call)") { rounded += 1 }
      count += 1
    }
    #expect(count > RandomConvolution.count / 2 && rounded > count / 2)
  }

  /// What follows the sums reads maps of floats and of bfloat16 numbers, and stores either.
  @Test(arguments: [false, true])
  func epiloguesAreExact(isTransposed: Bool) throws {
    var random = RandomNumbers(seed: 14)
    for index in 0..<RandomConvolution.count / 2 {
      let configuration = RandomConvolution(&random, isTransposed: isTransposed)
      guard let call = configuration.call else { continue }
      try expectExact(withEpilogue: configuration, call, index, &random)
    }
  }

  /// Sums of several chunks, with the pairs of an odd number of channels, and groups that share
  /// blocks.
  @Test func largeLayersAreExact() throws {
    var random = RandomNumbers(seed: 15)
    var chunked = 0
    for index in 0..<12 {
      let groups = index % 4 == 3 ? 2 : 1
      let channels = groups == 1 ? random.integer(in: 560...680) : 4 * random.integer(in: 5...90)
      let spec = ConvolutionSpec(
        outputChannels: 2 * random.integer(in: 33...50), kernel: Size2(3),
        rate: Size2(index % 2 + 1),
        padding: .explicit(Insets(1)), groups: groups, hasBias: true)
      let configuration = RandomConvolution(spec, Shape(1, channels, 4, random.integer(in: 4...6)))
      let call = try #require(configuration.call)
      let trial = try expectExact(withEpilogue: configuration, call, index, &random)
      if try Self.demand(trial).workspaceBytes > 0 { chunked += 1 }
    }
    #expect(chunked > 3)
  }

  /// Activations that take more registers than the largest tiles leave.
  @Test func smoothActivationsFollow() throws {
    var random = RandomNumbers(seed: 16)
    // x · sigmoid(x) + another map, and tanh of that.
    let sigmoid = Scalar.divide(
      .constant(1), .add(.constant(1), .exponential(.negate(.input(0)))))
    for index in 0..<RandomConvolution.count / 20 {
      let configuration = RandomConvolution(&random)
      guard let call = configuration.call else { continue }
      var tensors = try configuration.tensors(call, &random) {
        $0.float(in: -0.5...0.5).roundedToBFloat16
      }
      tensors.insert(tensors[0], at: 1)
      tensors[1] = try Tensor(
        call.output,
        (0..<call.output.count).map { _ in random.float(in: -1...1).roundedToBFloat16 })
      var epilogue = Epilogue.none
      epilogue.stages = [.add(.multiply(.input(0), sigmoid), .input(1))]
      epilogue.inputs = [call.output]
      if index % 2 == 0 { epilogue.second = [.hyperbolicTangent(.input(0))] }
      let trial = KernelTrial(
        call: call, epilogue: epilogue, layout: Self.narrow,
        wanted: index % 3 == 0 ? Self.wide : Self.narrow)
      let expected = try trial.expected(tensors)
      let result = try #require(try trial.run(Self.kernel, tensors), "\(call)")
      #expect((result.second == nil) == (expected.second == nil))
      // Sums differ in their last bits, slopes are at most 1.1, and results are rounded.
      for (x, y) in zip(
        result.result + (result.second ?? []), expected.result + (expected.second ?? []))
      {
        try #require((x - y).magnitude <= 1e-4 + 0x1p-8 * y.magnitude, "case \(index): \(call)")
      }
    }
  }

  @Test func denseLayersAreExact() throws {
    var random = RandomNumbers(seed: 17)
    for index in 0..<RandomConvolution.count / 10 {
      let input = try #require(
        Shape(
          random.integer(in: 1...3), random.integer(in: 1...40), random.integer(in: 1...7),
          random.integer(in: 1...7)))
      let spec = ProductSpec(
        outputFeatures: random.integer(in: 1...300), hasBias: random.below(2) == 0)
      let call = try Call.make(.product(spec), [input])
      let tensors = try ([input] + call.parameters.map(\.shape)).map { shape in
        try Tensor(shape, (0..<shape.count).map { _ in Float(random.integer(in: -8...8)) })
      }
      let trial = KernelTrial(
        call: call, layout: Self.narrow, wanted: index % 3 == 0 ? Self.wide : Self.narrow,
        gap: index % 2 * 3, atEnd: index % 3 != 0)
      try expectExact(trial, tensors, "case \(index): \(call)")
    }
  }

  /// On floats within 8 u (sum of |x w| + |b|), u = 2^-24, of the sum of rounded numbers, and the
  /// rounding of what is stored.
  @Test(arguments: [false, true])
  func floatsStayWithinTheBound(isTransposed: Bool) throws {
    var random = RandomNumbers(seed: 12)
    for index in 0..<RandomConvolution.count / 4 {
      let configuration = RandomConvolution(&random, isTransposed: isTransposed)
      guard let call = configuration.call else { continue }
      var inputs = try configuration.tensors(call, &random) { $0.float(in: -1...1) }
      for place in 0..<2 { inputs[place] = try inputs[place].mapped(\.roundedToBFloat16) }
      let trial = KernelTrial(
        call: call, layout: Self.narrow, wanted: index % 2 == 0 ? Self.wide : Self.narrow)
      let expected = try trial.expected(inputs).result
      let sizes = try trial.expected(inputs.map { try $0.mapped(\.magnitude) }).result
      let result = try #require(try trial.run(Self.kernel, inputs)?.result)
      let isRounded = try Self.demand(trial).output.isBF16
      for place in result.indices {
        let last: Float = isRounded ? 0x1p-8 : 0x1p-23
        let bound = 8 * 0x1p-24 * sizes[place] + expected[place].magnitude * last
        let distance = (result[place] - expected[place]).magnitude
        try #require(distance <= bound, "case \(index) at \(place): \(call)")
      }
    }
  }

  /// A weight takes in the scale before it is rounded.
  @Test func scaledWeightsAreRoundedOnce() throws {
    let spec = ConvolutionSpec(outputChannels: 1, kernel: Size2(1), hasBias: false)
    let call = try Call.make(.convolution(spec), [try #require(Shape(1, 2, 1, 1))])
    var epilogue = Epilogue.none
    epilogue.stages = [.multiply(.parameter(0), .input(0))]
    epilogue.parameterCount = 1
    let scalar = try #require(Shape([1]))
    // (1 + 2^-8)² rounds up, where 1 + 2^-8 alone rounds down.
    let nearOne: Float = 1 + 0x1p-8
    let tensors = [
      try Tensor(call.inputs[0], [1, 0]),
      try Tensor(call.parameters[0].shape, [nearOne, 0]), try Tensor(scalar, [nearOne]),
    ]
    let trial = KernelTrial(
      call: call, epilogue: epilogue, layout: Self.narrow, wanted: Self.wide)
    #expect(try trial.run(Self.kernel, tensors)?.result == [1 + 0x1p-7])
  }

  // MARK: Trials

  @discardableResult private func expectExact(
    withEpilogue configuration: RandomConvolution, _ call: Call, _ index: Int,
    _ random: inout RandomNumbers
  ) throws -> KernelTrial {
    var tensors = try configuration.tensors(call, &random) { Float($0.integer(in: -8...8)) }
    let (epilogue, inputs, parameters) = try configuration.epilogue(of: call, &random)
    tensors.insert(contentsOf: inputs, at: 1)
    tensors += parameters
    let layouts = ([call.output] + epilogue.inputs).map { _ in
      random.below(3) == 0 ? Self.wide : Self.narrow
    }
    let overwritten =
      epilogue.inputs.isEmpty || random.below(2) == 0
      ? nil : random.integer(in: 1...epilogue.inputs.count)
    let trial = KernelTrial(
      call: call, epilogue: epilogue, wanted: random.below(3) == 0 ? Self.wide : Self.narrow,
      layouts: layouts, gap: index % 2 * 5, atEnd: index % 3 != 0, overwritten: overwritten)
    try expectExact(trial, tensors, "case \(index): \(call), \(epilogue)")
    return trial
  }

  /// Says whether the result was rounded.
  @discardableResult private func expectExact(
    _ trial: KernelTrial, _ tensors: [Tensor], _ name: String
  ) throws -> Bool {
    var expected = try trial.expected(tensors)
    let isRounded = try Self.demand(trial).output.isBF16
    if isRounded {
      expected.result = expected.result.map(\.roundedToBFloat16)
      expected.second = expected.second.map { $0.map(\.roundedToBFloat16) }
    }
    let result = try #require(try trial.run(Self.kernel, tensors), "\(name)")
    try #require(result == expected, "\(name)")
    return isRounded
  }

  private static func demand(_ trial: KernelTrial) throws -> KernelDemand {
    guard case .accepted(let demand) = kernel.accept(trial.offered) else {
      throw Refusal(call: trial.call)
    }
    return demand
  }

  private struct Refusal: Error {
    let call: Call
  }
}

extension Tensor {
  fileprivate func mapped(_ change: (Float) -> Float) throws -> Tensor {
    try Tensor(shape, values.map(change))
  }
}
