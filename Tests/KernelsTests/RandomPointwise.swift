import Tensors
import TestSupport
import Testing

@testable import Kernels

/// A random expression on inputs of which some broadcast, and perhaps an epilogue.
struct RandomPointwise {
  #if DEBUG
    static let count = 60
  #else
    static let count = 2000
  #endif

  let call: Call
  private(set) var epilogue = Epilogue.none
  /// The call's inputs, the epilogue's, the call's parameters, the epilogue's.
  private(set) var tensors: [Tensor] = []

  /// Numbers are halves, and sums and products exact, where `isExact`.
  init(_ random: inout RandomNumbers, isExact: Bool, hasEpilogue: Bool, hasPowers: Bool) throws {
    let count = random.integer(in: 1...3)
    let terms = Terms(isExact: isExact, hasPowers: hasPowers)
    let spec = PointwiseSpec(
      inputs: count,
      expression: terms.expression(&random, depth: 3, inputs: 0..<count), slots: ["a", "b"],
      broadcastsChannels: true)
    let shape = try #require(
      Shape(
        random.integer(in: 1...2), random.integer(in: 1...37), random.integer(in: 1...9),
        random.integer(in: 1...11)))
    call = try Call.make(
      .pointwise(spec), [shape] + (1..<count).map { _ in try Self.input(of: shape, &random) })
    if hasEpilogue {
      for _ in 0..<random.integer(in: 1...2) {
        let inputs = random.integer(in: 1...2)
        let stage = PointwiseSpec(
          inputs: inputs,
          expression: terms.expression(&random, depth: 2, inputs: 0..<inputs), slots: ["a", "b"])
        let other = try random.below(2) == 0 ? shape : #require(Shape(shape.n, shape.c, 1, 1))
        let inner = try Call.make(.pointwise(stage), [shape, other].prefix(inputs).map { $0 })
        epilogue.append(stage, inner, at: 0)
      }
      if random.below(2) == 0 {
        let second = terms.expression(&random, depth: 2, inputs: 0..<1)
        epilogue.setSecond(PointwiseSpec(inputs: 1, expression: second, slots: ["a", "b"]))
      }
    }
    let parameters = try #require(Shape([shape.c]))
    let shapes =
      call.inputs + epilogue.inputs
      + [Shape](repeating: parameters, count: 2 + epilogue.parameterCount)
    tensors = try shapes.map { shape in
      try Tensor(
        shape,
        (0..<shape.count).map { _ in
          isExact ? Float(random.integer(in: -4...4)) / 2 : random.float(in: -2...2)
        })
    }
  }

  /// The map itself, a number a channel, one a cell, or one.
  private static func input(of shape: Shape, _ random: inout RandomNumbers) throws -> Shape {
    let input =
      switch random.below(5) {
      case 0: Shape(shape.n, shape.c, 1, 1)
      case 1: Shape(shape.n, 1, shape.h, shape.w)
      case 2: Shape(shape.n, 1, 1, 1)
      default: shape
      }
    return try #require(input)
  }
}

/// What random expressions are made of.
private struct Terms {
  let isExact: Bool
  let hasPowers: Bool

  func expression(_ random: inout RandomNumbers, depth: Int, inputs: Range<Int>) -> Scalar {
    func part() -> Scalar { expression(&random, depth: depth - 1, inputs: inputs) }
    let last = isExact ? 10 : hasPowers ? 14 : 13
    switch random.integer(in: depth == 0 ? 0...3 : 0...last) {
    case 0, 1: return .input(random.below(inputs.count))
    case 2: return .parameter(random.integer(in: 0...1))
    case 3: return .constant(Double(random.integer(in: -4...4)) / 2)
    case 4: return .add(part(), part())
    case 5: return .subtract(part(), part())
    case 6: return .multiply(part(), part())
    case 7: return .minimum(part(), part())
    case 8: return .maximum(part(), part())
    case 9: return .negate(part())
    case 10: return .power(part(), 2)
    case 11: return .divide(part(), .add(.constant(3), .hyperbolicTangent(part())))
    case 12: return .exponential(.minimum(part(), .constant(2)))
    case 13: return .squareRoot(.maximum(part(), .constant(1)))
    default: return .power(.maximum(part(), .constant(0.5)), 0.75)
    }
  }
}
