import Tensors
import TestSupport
import Testing

@testable import Kernels

/// Rows of pointwise arithmetic against the naive reference.
struct PointwiseConformanceTests {
  #if DEBUG
    static let count = 100
  #else
    static let count = 2000
  #endif

  /// Every operation, on small integers and halves where sums and products are exact.
  @Test func exactArithmeticIsEqual() throws {
    var random = RandomNumbers(seed: 4)
    for index in 0..<Self.count {
      let case_ = try PointwiseCase(&random, isExact: true)
      #expect(try case_.observed() == case_.expected(), "case \(index): \(case_.call)")
    }
  }

  /// Each operation rounds once where the reference keeps doubles.
  @Test func floatsAreNear() throws {
    var random = RandomNumbers(seed: 5)
    for index in 0..<Self.count {
      let case_ = try PointwiseCase(&random, isExact: false)
      for (a, b) in zip(try case_.observed(), try case_.expected()) where a != b {
        let isNear = (a - b).magnitude <= 1e-4 * max(1, b.magnitude)
        #expect(isNear || (a.isNaN && b.isNaN), "case \(index): \(a), \(b): \(case_.call)")
      }
    }
  }

  @Test func notANumberStays() throws {
    let x = Scalar.input(0)
    for expression in [Scalar.maximum(x, .constant(0)), .minimum(.constant(6), x)] {
      let spec = PointwiseSpec(inputs: 1, expression: expression)
      let shape = try #require(Shape(1, 1, 1, 11))
      let call = try Call.make(.pointwise(spec), [shape])
      let input = try Tensor(shape, (0..<11).map { $0 == 2 || $0 == 10 ? .nan : Float($0) })
      let output = try #require(try KernelTrial(call: call).run(RowPointwise(), [input])).result
      #expect(output.indices.filter { output[$0].isNaN } == [2, 10])
    }
  }

  /// A batch norm and what precedes it is one multiplication and one addition.
  @Test func constantsOfAChannelAreFolded() {
    let centred = Scalar.subtract(.input(0), .parameter(0))
    let deviation = Scalar.squareRoot(.add(.parameter(1), .constant(1e-5)))
    let expression = Scalar.add(
      .multiply(.divide(centred, deviation), .parameter(2)), .parameter(3))
    let program = RowProgram(expression)
    #expect(program.instructions.count == 1 && program.temporaryCount == 1)
  }
}

/// A random expression on inputs of which some are one cell a channel.
private struct PointwiseCase {
  let call: Call
  let inputs: [Tensor]
  let parameters: [Tensor]

  init(_ random: inout RandomNumbers, isExact: Bool) throws {
    let count = random.integer(in: 1...3)
    let expression = Self.expression(&random, depth: 4, inputs: count, isExact: isExact)
    let spec = PointwiseSpec(
      inputs: count, expression: expression, slots: ["a", "b"], broadcastsChannels: true)
    let shape = (
      random.integer(in: 1...2), random.integer(in: 1...3), random.integer(in: 1...40),
      random.integer(in: 1...70)
    )
    let shapes = try (0..<count).map { index in
      let isCell = index > 0 && random.integer(in: 0...2) == 0
      return try #require(
        isCell
          ? Shape(shape.0, random.integer(in: 0...1) == 0 ? 1 : shape.1, 1, 1)
          : Shape(shape.0, shape.1, shape.2, shape.3))
    }
    call = try Call.make(.pointwise(spec), shapes)
    var numbers = random
    func tensor(_ shape: Shape) throws -> Tensor {
      try Tensor(
        shape,
        (0..<shape.count).map { _ in
          isExact
            ? Float(numbers.integer(in: -4...4)) / 2 : numbers.float(in: -2...2)
        })
    }
    inputs = try shapes.map { try tensor($0) }
    parameters = try call.parameters.map { try tensor($0.shape) }
    random = numbers
  }

  func observed() throws -> [Float] { try run(RowPointwise()) }
  func expected() throws -> [Float] { try run(ReferenceKernel()) }

  private func run(_ kernel: some KernelImplementation) throws -> [Float] {
    let outcome = try KernelTrial(call: call).run(kernel, inputs + parameters)
    return try #require(outcome).result
  }

  private static func expression(
    _ random: inout RandomNumbers, depth: Int, inputs: Int, isExact: Bool
  ) -> Scalar {
    func part() -> Scalar {
      expression(&random, depth: depth - 1, inputs: inputs, isExact: isExact)
    }
    switch random.integer(in: depth == 0 ? 0...3 : 0...(isExact ? 9 : 13)) {
    case 0, 1: return .input(random.integer(in: 0...inputs - 1))
    case 2: return .parameter(random.integer(in: 0...1))
    case 3: return .constant(Double(random.integer(in: -4...4)) / 2)
    case 4: return .add(part(), part())
    case 5: return .subtract(part(), part())
    case 6: return .multiply(part(), part())
    case 7: return .minimum(part(), part())
    case 8: return .maximum(part(), part())
    case 9: return .negate(part())
    case 10: return .divide(part(), .add(.constant(3), .hyperbolicTangent(part())))
    case 11: return .exponential(.minimum(part(), .constant(2)))
    case 12: return .squareRoot(.maximum(part(), .constant(1)))
    default: return .power(.maximum(part(), .constant(0.5)), 0.75)
    }
  }
}
