import Tensors
import TestSupport
import Testing

@testable import Kernels

/// Every pointwise kernel against the naive reference, between guard pages.
struct PointwiseConformanceTests {
  /// A kernel, and the layout in which it is offered its maps.
  struct Candidate: CustomTestStringConvertible, Sendable {
    let kernel: any KernelImplementation
    let layout: Layout

    var testDescription: String { "\(kernel.name), \(layout)" }
    var hasPowers: Bool { kernel is RowPointwise }
  }

  static let rows = [Layout.planar, .blocked(8), .blocked(16)].map {
    Candidate(kernel: RowPointwise(), layout: $0)
  }
  static let generated = VectorISA.allCases.filter { $0.isSupported && $0.isGenerated }
  static let candidates =
    rows + generated.map { Candidate(kernel: VectorPointwise($0), layout: $0.layout) }

  /// Every operation, on small integers and halves where sums and products are exact.
  @Test(arguments: candidates, [false, true])
  func exactArithmeticIsEqual(_ candidate: Candidate, hasEpilogue: Bool) throws {
    var random = RandomNumbers(seed: 4)
    try each(candidate, &random, isExact: true, hasEpilogue) { index, result, expected in
      try #require(result == expected, "case \(index)")
    }
  }

  /// Each operation rounds once where the reference keeps doubles.
  @Test(arguments: candidates, [false, true])
  func floatsAreNear(_ candidate: Candidate, hasEpilogue: Bool) throws {
    var random = RandomNumbers(seed: 5)
    try each(candidate, &random, isExact: false, hasEpilogue) { index, result, expected in
      for (a, b) in zip(result, expected) where a != b {
        let isNear = (a - b).magnitude <= 1e-4 * max(1, b.magnitude)
        try #require(isNear || (a.isNaN && b.isNaN), "case \(index): \(a), \(b)")
      }
    }
  }

  private func each(
    _ candidate: Candidate, _ random: inout RandomNumbers, isExact: Bool, _ hasEpilogue: Bool,
    _ compare: (Int, [Float], [Float]) throws -> Void
  ) throws {
    for index in 0..<RandomPointwise.count {
      let case_ = try RandomPointwise(
        &random, isExact: isExact, hasEpilogue: hasEpilogue, hasPowers: candidate.hasPowers)
      let trial = KernelTrial(
        call: case_.call, epilogue: case_.epilogue, layout: candidate.layout,
        gap: index % 3 * 16, atEnd: index % 2 == 0,
        overwritten: index % 4 < 2 ? nil : index % (case_.call.inputs.count + 1))
      let outcome = try #require(
        try trial.run(candidate.kernel, case_.tensors), "case \(index): \(case_.call)")
      let expected = try trial.expected(case_.tensors)
      try compare(index, outcome.result, expected.result)
      try compare(index, outcome.second ?? [], expected.second ?? [])
    }
  }

  /// NaN where either side is, on both sides of a constant, of a parameter and of another map.
  @Test(arguments: candidates)
  func notANumberStays(_ candidate: Candidate) throws {
    let (x, y) = (Scalar.input(0), Scalar.input(1))
    let others = [Scalar.constant(0), .parameter(0), y, .multiply(y, .constant(1))]
    let shape = try #require(Shape(1, 3, 3, 7))
    let numbers = (0..<shape.count).map { Float($0 % 11 - 5) }
    let first = numbers.enumerated().map { $0 % 5 == 2 ? .nan : $1 }
    let second = numbers.reversed().enumerated().map { $0 % 7 == 3 ? .nan : $1 }
    for other in others {
      for expression in [
        Scalar.maximum(x, other), .maximum(other, x), .minimum(x, other), .minimum(other, x),
      ] {
        let spec = PointwiseSpec(inputs: 2, expression: expression, slots: ["a"])
        let trial = KernelTrial(
          call: try Call.make(.pointwise(spec), [shape, shape]), layout: candidate.layout)
        let tensors = [
          try Tensor(shape, first), try Tensor(shape, second),
          try Tensor(#require(Shape([3])), [0.5, .nan, -1]),
        ]
        let result = try #require(try trial.run(candidate.kernel, tensors)).result
        let expected = try trial.expected(tensors).result
        #expect(expected.contains { $0.isNaN } && expected.contains { !$0.isNaN })
        for (a, b) in zip(result, expected) {
          try #require(a == b || (a.isNaN && b.isNaN), "\(expression): \(a), not \(b)")
        }
      }
    }
  }

  /// Exponentials within 2 units in the last place, hyperbolic tangents within 3, for they divide
  /// two rounded sums; infinities and NaN as the C library has them.
  @Test(arguments: candidates)
  func exponentialsAreNear(_ candidate: Candidate) throws {
    var values: [Float] = [
      0, -0.0, .infinity, -.infinity, .nan, 1e-30, -1e-30, 88.72, 88.73, -87.3, -87.4, -103.9,
      -104.1, 9.01, -9.02, 0.34657, 0.34658, -0.34658, 1000, -1000, 0x1p-140,
    ]
    var random = RandomNumbers(seed: 6)
    for range: ClosedRange<Float> in [-104...89, -1...1, -10...10, -1e-3...1e-3] {
      values += (0..<20_000).map { _ in random.float(in: range) }
    }
    let shape = try #require(Shape(1, 1, 1, values.count))
    for (expression, ulps) in [
      (Scalar.exponential(.input(0)), Float(2)), (.hyperbolicTangent(.input(0)), 3),
    ] {
      let spec = PointwiseSpec(inputs: 1, expression: expression)
      let trial = KernelTrial(
        call: try Call.make(.pointwise(spec), [shape]), layout: candidate.layout)
      let tensors = [try Tensor(shape, values)]
      let result = try #require(try trial.run(candidate.kernel, tensors)).result
      for (index, expected) in try trial.expected(tensors).result.enumerated() {
        let isNear = (result[index] - expected).magnitude <= ulps * expected.ulp
        let isSame = result[index] == expected || (result[index].isNaN && expected.isNaN)
        try #require(
          isNear || isSame, "\(expression) at \(values[index]): \(result[index]), not \(expected)")
      }
    }
  }

  /// What a batch norm and its activation cost in registers and instructions.
  @Test func constantsOfAChannelAreFolded() throws {
    let centred = Scalar.subtract(.input(0), .parameter(0))
    let deviation = Scalar.squareRoot(.add(.parameter(1), .constant(1e-5)))
    let norm = Scalar.add(
      .multiply(.divide(centred, deviation), .parameter(2)), .parameter(3))
    let relu = Scalar.maximum(.input(0), .constant(0))
    #expect(RowProgram(then: [norm]).instructions.count == 1)
    var epilogue = Epilogue.none
    epilogue.stages = [norm, relu]
    epilogue.parameterCount = 4
    #expect(epilogue.leadingAffine.rest.stages == [relu])
    let program = try VectorProgram(epilogue.leadingAffine.rest, isa: .avx2, temporaries: 1)
    // Zero waits in a register, and each value takes one instruction.
    #expect(program.stages.count == 1 && program.pinned == [0] && program.bytesPerBlock == 0)
    let whole = try VectorProgram(epilogue, isa: .avx512, temporaries: 3)
    #expect(whole.bytesPerBlock == 2 * 64)
  }

  @Test func whatHasNoInstructionsIsRefusedWithAReason() {
    var epilogue = Epilogue.none
    epilogue.stages = [.power(.input(0), 0.75)]
    #expect(throws: VectorProgram.Refusal(reason: "no instruction raises to the power 0.75")) {
      try VectorProgram(epilogue, isa: .avx2, temporaries: 4)
    }
    epilogue.stages = [.exponential(.input(0))]
    #expect(throws: VectorProgram.Refusal(reason: "its epilogue needs 2 registers, not 1")) {
      try VectorProgram(epilogue, isa: .avx2, temporaries: 1)
    }
  }
}
